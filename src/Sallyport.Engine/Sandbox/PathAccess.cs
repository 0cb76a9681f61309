namespace Sallyport.Engine.Sandboxing;

/// <summary>What a confined program may do at a place and below it.</summary>
public enum PathAccess
{
    /// <summary>Not even read.</summary>
    Hidden,

    Read,

    Write,
}

/// <summary>A place, by its real path, and what may be done there; the most specific rule holds.</summary>
public sealed record PathRule(string Path, PathAccess Access);
