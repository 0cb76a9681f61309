using Sallyport.Shelves;

namespace Sallyport.Guard.Artifacts;

/// <summary>
/// Reads one container format. Recognised by content, never by name. A reader never writes to disk, never follows a
/// link and never trusts a size field; what it cannot read it says through the sink.
/// </summary>
[Shelf]
internal abstract class ContainerReader
{
    /// <summary>How many first bytes <see cref="Recognises"/> is shown (fewer when the file is shorter).</summary>
    public const int HeadBytes = 64 * 1024;

    /// <summary>Short name for reports: <c>tar</c>, <c>zip</c>, <c>gzip</c>…</summary>
    public abstract string Kind { get; }

    /// <summary>True when the format needs to be read out of order. The stream is then seekable if it fits in memory.</summary>
    public virtual bool PrefersSeek => false;

    /// <summary>True when a file of this format is scanned as text and bytes as well as opened (an executable, a database).</summary>
    public virtual bool ScanOuterToo => false;

    /// <summary>True when the format wraps one nameless stream.</summary>
    public virtual bool IsTransparent => false;

    /// <summary>True when the members are parts of one file rather than files: the file counts by its own size.</summary>
    public virtual bool IsOneFile => false;

    /// <summary>How many last bytes <see cref="RecognisesTail"/> is shown (fewer when the file is shorter).</summary>
    public const int TailBytes = 66 * 1024;

    /// <summary>True when members are meant for the root of a system: a link may be absolute there.</summary>
    public virtual bool IsFileSystem => false;

    /// <summary>Looks at the last bytes of a file that no reader knew by its head (a self-extractor, a zip behind a picture). It is scanned as plain bytes too.</summary>
    public virtual bool RecognisesTail(ReadOnlySpan<byte> tail) => false;

    /// <summary>Looks at the first bytes only.</summary>
    public abstract bool Recognises(ReadOnlySpan<byte> head);

    /// <summary>
    /// Hands every member to <paramref name="sink"/>, in one pass. May throw <see cref="InvalidDataException"/> or
    /// <see cref="EndOfStreamException"/> on damage; the rest of the container then counts as unread.
    /// </summary>
    public abstract void Read(Stream content, MemberSink sink);
}

/// <summary>One member of a container.</summary>
/// <param name="Name">Path as stored; "" when the format has one nameless member (gzip), which then keeps its container's path.</param>
internal readonly record struct Member(string Name)
{
    /// <summary>Size as stored, not to be trusted; null when the format does not say.</summary>
    public long? Size { get; init; }

    /// <summary>See <see cref="Scanning.Entry.Ghost"/>.</summary>
    public string? Ghost { get; init; }

    /// <summary>See <see cref="Scanning.Entry.AdmittedBy"/>.</summary>
    public string? AdmittedBy { get; init; }

    /// <summary>See <see cref="Scanning.Entry.RecoveredAs"/>; a ghost is recovered under its own name.</summary>
    public string? RecoveredAs { get; init; }

    /// <summary>True for the container's own text when its members were cut out of it: scanned as the container itself, not opened again.</summary>
    public bool IsOwnText { get; init; }

    /// <summary>See <see cref="Scanning.Entry.LinesBefore"/>.</summary>
    public int LinesBefore { get; init; }

    /// <summary>True for a container whose members are meant for the root of a system (a Debian package's data).</summary>
    public bool IsSystemRoot { get; init; }

    /// <summary>True for what we cut out of a file ourselves (a source in a map, a comment field): its name is not judged.</summary>
    public bool IsDerived { get; init; }
}

/// <summary>Takes what a reader finds.</summary>
internal abstract class MemberSink
{
    /// <summary>The container that is being read; what <see cref="Report"/> without a member is about.</summary>
    public abstract Scanning.Entry Container { get; }

    /// <summary>A file. The stream is read to its end before the call returns, and need not seek.</summary>
    public abstract void File(Member member, Stream content);

    /// <summary>A file whose bytes are at hand.</summary>
    public void File(Member member, ReadOnlyMemory<byte> content) => File(member, new MemoryReadStream(content));

    /// <summary>
    /// A symbolic or hard link. Never followed; one that points outside the container is a finding. A hard link's target
    /// is another member's name, a symbolic one's is seen from the link's folder.
    /// </summary>
    public abstract void Link(string name, string target, bool isHard = false);

    /// <summary>A folder or device: only its name counts.</summary>
    public abstract void Folder(string name);

    /// <summary>Something that could not be read: the verdict becomes "incomplete". <paramref name="member"/> "" means the container.</summary>
    public abstract void Unreadable(string member, string reason);

    /// <summary>A finding about a member ("" for the container itself).</summary>
    public abstract void Report(Rule rule, string member, string message, params (string Name, object Value)[] evidence);

    /// <summary>Throws when the time budget is spent; call it in loops that make no member.</summary>
    public abstract void CheckTime();
}
