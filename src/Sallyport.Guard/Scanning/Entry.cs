namespace Sallyport.Guard.Scanning;

/// <summary>Where an entry comes from; decides which detectors see it.</summary>
internal enum Origin
{
    /// <summary>A file that the package itself lists.</summary>
    Packed,

    /// <summary>A file in a container inside the package.</summary>
    Nested,

    /// <summary>Made by us from a part of a file: a source in a map, a decoded blob. Its name is not judged.</summary>
    Derived,
}

/// <summary>One file as it is met while reading.</summary>
internal sealed class Entry
{
    /// <summary>Path for people, with <c>!/</c> between containers.</summary>
    public required string Path { get; init; }

    /// <summary>Path inside the innermost container with its wrapping folder (npm's <c>package/</c>) taken off; '/' between parts.</summary>
    public required string InPackage { get; init; }

    public Origin Origin { get; init; }

    /// <summary>True for the package file itself: its members are the package's files.</summary>
    public bool IsRoot { get; init; }

    /// <summary>How many containers are around it.</summary>
    public int Depth { get; init; }

    /// <summary>True when members of this container are meant for the root of a system: links may be absolute there.</summary>
    public bool IsSystemRoot { get; init; }

    /// <summary>How many compressions were just taken off (gzip in gzip); they share one path.</summary>
    public int Wraps { get; init; }

    /// <summary>True when this is what a compression held, under the compressed file's own path.</summary>
    public bool IsUnwrapped => Wraps > 0;

    /// <summary>The manifest line that lets the file in, for example <c>package.json: files[0] "dist"</c>.</summary>
    public string? AdmittedBy { get; init; }

    /// <summary>Where this file is no longer visible but still in the bytes, for example "deleted by layer 3".</summary>
    public string? Ghost { get; set; }

    /// <summary>The path that an outsider would rebuild this file under, when it is more than the package means to show; null otherwise.</summary>
    public string? RecoveredAs { get; init; }

    /// <summary>See <see cref="Artifacts.Member.IsOwnText"/>.</summary>
    public bool IsOwnText { get; init; }

    /// <summary>True for a stretch of another file's text that a decoder undid: nobody packed it as a file.</summary>
    public bool IsStretch { get; init; }

    /// <summary>How many lines of the file stand before this part of it.</summary>
    public int LinesBefore { get; init; }

    /// <summary>True once a container reader took it, from its first bytes or its last.</summary>
    public bool IsOpened { get; set; }

    /// <summary>Size in bytes as the container says; not to be trusted. Null when it does not say.</summary>
    public long? DeclaredSize { get; init; }

    /// <summary>Bytes actually seen; final once the entry was read.</summary>
    public long Size { get; set; }

    /// <summary>True when a NUL or many control bytes stand in the first bytes.</summary>
    public bool IsBinary { get; set; }

    /// <summary>See <see cref="FileKinds.Of"/>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>The last part of <see cref="InPackage"/>.</summary>
    public string Name => field ??= InPackage[(InPackage.LastIndexOf('/') + 1)..];

    /// <summary>Lower-case extension with its dot, or "".</summary>
    public string Extension => field ??= System.IO.Path.GetExtension(Name).ToLowerInvariant();
}
