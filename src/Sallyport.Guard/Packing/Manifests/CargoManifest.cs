using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Packing.Manifests;

/// <summary><c>Cargo.toml</c> (doc.rust-lang.org/cargo/reference/manifest.html).</summary>
internal sealed class CargoManifest : ManifestReader
{
    public override int Rank => 15;

    public override bool IsManifest(Entry entry) => entry.InPackage == "Cargo.toml";

    public override PackageManifest? Read(Entry entry, byte[] content)
    {
        var toml = Toml.Parse(content);
        if (toml.Text("package.name") is not { } name) return null;
        return new PackageManifest
        {
            Path = entry.InPackage,
            Ecosystem = "crate",
            Name = name,
            Version = toml.Text("package.version"),
            // "MIT/Apache-2.0" is cargo's old way to say OR.
            License = toml.Text("package.license")?.Replace("/", " OR ", StringComparison.Ordinal) ?? (toml.Text("package.license-file") is { } file ? $"SEE LICENSE IN {file}" : null),
            IsPrivate = toml.Text("package.publish") == "false" || toml.List("package.publish") is { Count: 0 },
            Content = content,
        };
    }
}
