namespace Sallyport.Tools.Files;

/// <summary>A stretch of a text and what comes in its place.</summary>
internal readonly record struct Splice(int Start, int Length, string With);
