using Sallyport.Guard.Scanning;
using Sallyport.Shelves;

namespace Sallyport.Guard.Targets;

/// <summary>Opens one kind of TARGET of the command line and hands its files to a run.</summary>
[Shelf]
internal abstract class TargetReader
{
    /// <summary>Readers are asked in this order; the first that recognises the target reads it. Files come last.</summary>
    public virtual int Order => 0;

    public abstract bool Recognises(string target, TargetOptions options);

    /// <summary>
    /// Reads everything. Throws <see cref="GuardException"/> when there is nothing to read; damage inside is told to the run.
    /// </summary>
    public abstract TargetInfo Read(string target, TargetOptions options, Func<long, ScanRun> begin, CancellationToken cancellation);
}

/// <summary>How targets are to be read.</summary>
/// <param name="AsIs">Folders: every file, not what the manifest would pack.</param>
/// <param name="Directory">The folder that relative paths and git refer to.</param>
internal sealed record TargetOptions(bool AsIs, string Directory)
{
    /// <summary>Targets that are texts, by name.</summary>
    public required IReadOnlyDictionary<string, string> Texts { get; init; }
}

/// <summary>What a target turned out to be.</summary>
/// <param name="Kind">For reports; null: what its content shows.</param>
/// <param name="Sha256">Of the bytes; null for folders and git.</param>
internal sealed record TargetInfo(string? Kind, string? Sha256)
{
    /// <summary>Worth telling, without weight in the verdict.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>The profile that holds when neither the request nor the policy sets one; null: the manifest decides.</summary>
    public (Profile Profile, string Reason)? Profile { get; init; }
}
