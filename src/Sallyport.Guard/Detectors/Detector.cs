using Sallyport.Guard.Scanning;
using Sallyport.Shelves;

namespace Sallyport.Guard.Detectors;

/// <summary>
/// Looks for one kind of leak. A leaf is one file that carries its rules and its own hits and misses; the shelf finds
/// it, a test runs its samples. Detectors hold no state: one instance serves all threads.
/// </summary>
[Shelf]
internal abstract class Detector
{
    public abstract IReadOnlyList<Rule> Rules { get; }

    /// <summary>Files that must be found, and files that must not be. Secrets in them are made up at run time.</summary>
    public virtual IEnumerable<Sample> Samples => [];
}

/// <summary>One file that a detector must hit or miss.</summary>
/// <param name="Rule">The id of the rule that must be met; null when none of the detector's rules may be.</param>
/// <param name="FileName">Path inside the package.</param>
/// <param name="Content">The file's bytes.</param>
internal sealed record Sample(string? Rule, string FileName, byte[] Content)
{
    public static Sample Hit(string rule, string fileName, string content) => new(rule, fileName, System.Text.Encoding.UTF8.GetBytes(content));
    public static Sample Hit(string rule, string fileName, byte[] content) => new(rule, fileName, content);
    public static Sample Miss(string fileName, string content) => new(null, fileName, System.Text.Encoding.UTF8.GetBytes(content));
    public static Sample Miss(string fileName, byte[] content) => new(null, fileName, content);
}

/// <summary>Judges a file by its name, size and first bytes (64 KiB). Not shown <see cref="Origin.Derived"/> entries.</summary>
internal abstract class EntryDetector : Detector
{
    public abstract void Inspect(Entry entry, ReadOnlySpan<byte> head, EntrySink sink);
}

/// <summary>
/// Needs the file whole and in memory. A file that is wanted but larger than <see cref="ScanRun.WholeLimit"/> counts as
/// unread.
/// </summary>
internal abstract class WholeDetector : Detector
{
    public abstract bool Wants(Entry entry, ReadOnlySpan<byte> head);

    public abstract void Inspect(Entry entry, ReadOnlyMemory<byte> content, EntrySink sink);
}

/// <summary>Reads a file of any size piece by piece, in order.</summary>
internal abstract class StreamDetector : Detector
{
    /// <summary>True when there is nothing to do for files that are looked at whole.</summary>
    public virtual bool OnlyInPieces => false;

    /// <summary>Null when the file is of no interest.</summary>
    public abstract Inspection? Begin(Entry entry, ReadOnlySpan<byte> head, EntrySink sink);

    /// <summary>The state of one file's inspection; used by one thread at a time.</summary>
    internal abstract class Inspection
    {
        public abstract void Feed(ReadOnlySpan<byte> piece);

        /// <summary>Called once after the last piece.</summary>
        public abstract void End();
    }
}

/// <summary>
/// Wakes where one of its literals stands in a text or binary, plain or decoded, and looks at the bytes around it.
/// </summary>
internal abstract class LiteralDetector : Detector
{
    /// <summary>At least three ASCII characters each.</summary>
    public abstract IReadOnlyList<Trigger> Triggers { get; }

    public abstract void OnHit(in TextHit hit);
}

/// <summary>Bytes that wake a <see cref="LiteralDetector"/>.</summary>
/// <param name="Literal">ASCII; other characters are taken as Latin-1 bytes.</param>
/// <param name="IgnoreCase">Whether ASCII case is ignored.</param>
internal sealed record Trigger(string Literal, bool IgnoreCase = false)
{
    public static implicit operator Trigger(string literal) => new(literal);
}

/// <summary>Looks for what only the policy can tell: made anew for each run.</summary>
internal abstract class PolicyDetector : Detector
{
    /// <summary>Null when the policy gives nothing to look for.</summary>
    public abstract Pass? Begin(Policy policy);

    /// <summary>Serves one run; used by several threads at once.</summary>
    internal abstract class Pass
    {
        /// <summary>Looks at a text, plain or decoded; what begins in [OwnStart, OwnEnd) is its own.</summary>
        public abstract void Look(TextView view, ReadOnlySpan<byte> text);

        /// <summary>Looks at a file's name.</summary>
        public abstract void LookAtName(Entry entry, EntrySink sink);
    }
}

/// <summary>Judges the package as a whole once all of it was read.</summary>
internal abstract class PackageDetector : Detector
{
    /// <summary>True for files whose content (up to 1 MiB) <see cref="Inspect"/> needs.</summary>
    public virtual bool Keeps(Entry entry) => false;

    public abstract void Inspect(PackageFacts package, PackageSink sink);
}
