namespace Sallyport.Sessions;

/// <summary>What standard output is.</summary>
internal static class Terminal
{
    public static bool IsOutput => !Console.IsOutputRedirected;

    public static bool HasColor => IsOutput && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>Columns; without a terminal there is no end.</summary>
    public static int Width => IsOutput ? Math.Max(40, Console.BufferWidth) : int.MaxValue;
}
