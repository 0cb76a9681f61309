using Sallyport.Guard.Scanning;
using Sallyport.Shelves;

namespace Sallyport.Guard.Packing;

/// <summary>Reads one ecosystem's manifest out of a package.</summary>
[Shelf]
internal abstract class ManifestReader
{
    /// <summary>Where several manifests stand in one package, the lowest speaks for it; the others fill its gaps.</summary>
    public virtual int Rank => 50;

    /// <summary>By <see cref="Entry.InPackage"/> alone.</summary>
    public abstract bool IsManifest(Entry entry);

    /// <summary>Null when the content is not what the name promised.</summary>
    public abstract PackageManifest? Read(Entry entry, byte[] content);
}
