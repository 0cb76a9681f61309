namespace Sallyport.Guard.Packing;

/// <summary>What a package says of itself, whatever its ecosystem.</summary>
internal sealed record PackageManifest
{
    /// <summary>Path of the manifest in the package.</summary>
    public required string Path { get; init; }

    /// <summary><c>npm</c>, <c>nuget</c>, <c>python</c>, <c>crate</c>, <c>gem</c>, <c>maven</c>, <c>vsix</c>.</summary>
    public required string Ecosystem { get; init; }

    public string? Name { get; init; }
    public string? Version { get; init; }

    /// <summary>The licence as written: an SPDX expression, <c>UNLICENSED</c>, <c>SEE LICENSE IN …</c>, free text.</summary>
    public string? License { get; init; }

    /// <summary>npm's <c>private</c>, Python's <c>Private :: Do Not Upload</c>, cargo's <c>publish = false</c>.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>The file as it was, for detectors that look at ecosystem details.</summary>
    public required byte[] Content { get; init; }
}
