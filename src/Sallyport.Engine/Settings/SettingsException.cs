namespace Sallyport.Engine.Settings;

/// <summary>Settings that cannot be used. The message has a line for each error: file, line, column, and what to do.</summary>
public sealed class SettingsException(string message, Exception? inner = null) : Exception(message, inner);
