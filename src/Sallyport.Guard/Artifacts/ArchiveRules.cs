namespace Sallyport.Guard.Artifacts;

/// <summary>What can be wrong with a container itself, whatever its format.</summary>
internal static class ArchiveRules
{
    public static readonly Rule Bomb = new("archive.bomb", Severity.High, Blocking.Always,
        "Unpacks to far more than its size", "Remove the file, or raise limits in sallyport.json if it is meant to be there.",
        "a 42 KB archive that unpacks to gigabytes");

    public static readonly Rule Traversal = new("archive.traversal", Severity.High, Blocking.Always,
        "A member's name leads out of the folder it is unpacked into", "Pack again with relative names only.",
        "../../etc/cron.d/job");

    public static readonly Rule Duplicate = new("archive.duplicate-name", Severity.High, Blocking.Always,
        "Two members have one name: readers disagree on which counts", "Pack again with each name once.",
        "package/index.js twice in one tar");

    public static readonly Rule CaseCollision = new("archive.case-collision", Severity.Note, Blocking.Never,
        "Two members' names differ only in case: on many systems one overwrites the other", "Rename one of them.",
        "Readme.md and README.md in one tar");

    public static readonly Rule LinkOut = new("archive.link-out", Severity.High, Blocking.Always,
        "A link points outside the container", "Remove the link, or replace it by what it points to.",
        "link -> /etc/passwd");

    public static readonly Rule Encrypted = new("archive.encrypted", Severity.High, Blocking.Always,
        "A member is encrypted: nobody can tell what leaves in it", "Publish it unencrypted, or not at all.",
        "a zip member with the encryption flag");

    public static readonly Rule Unreadable = new("archive.unreadable", Severity.Medium, Blocking.Never,
        "A container or member that could not be read", "Repair or remove it; what cannot be read cannot be cleared.",
        "a zip whose central directory is cut off");

    public static readonly Rule Mismatch = new("archive.mismatch", Severity.High, Blocking.Always,
        "Two places of one container contradict each other: readers see different contents", "Pack again with a standard tool.",
        "a zip whose local headers name other files than its directory");

    public static readonly Rule[] All = [Bomb, Traversal, Duplicate, CaseCollision, LinkOut, Encrypted, Unreadable, Mismatch];
}
