using Sallyport.Guard.Artifacts;
using Sallyport.Guard.Artifacts.Images;

namespace Sallyport.Guard.Scanning;

/// <summary>Turns a reader's members into entries, judges their names and has them visited.</summary>
internal sealed class Opener(ScanRun run, Entry container, Meter meter, bool inline, bool isFileSystem) : MemberSink
{
    private const int MaxNameFindings = 20;

    private readonly Dictionary<ulong, ulong> names = [];
    private readonly ImageLayers.Names? layer = run.Tally.Images.Begin(container);
    private int told;

    public override Entry Container => container;

    public bool WasTransparent { get; private set; }

    public override void File(Member member, Stream content)
    {
        if (member.Name.Length == 0)
        {
            WasTransparent |= !member.IsOwnText;
            run.Visit(new Entry
            {
                Path = container.Path,
                InPackage = container.InPackage,
                Origin = member.IsOwnText ? Origin.Derived : container.Origin,
                IsOwnText = member.IsOwnText,
                IsStretch = container.IsStretch,
                LinesBefore = member.LinesBefore,
                Depth = container.Depth,
                Wraps = container.Wraps + 1,
                Ghost = container.Ghost,
                AdmittedBy = container.AdmittedBy,
                DeclaredSize = member.Size,
                Kind = container.IsRoot ? "" : container.Kind,
                IsRoot = container.IsRoot,
                IsSystemRoot = container.IsSystemRoot,
            }, content, inline, meter);
            return;
        }
        if (run.ListOnly && !container.IsRoot) return;
        if (!member.IsDerived) Judge(member);
        run.Visit(EntryOf(MemberNames.Readable(member.Name), member), content, inline, meter);
    }

    public override void Folder(string name)
    {
        layer?.Add(name);
        JudgePath(name);
    }

    public override void Link(string name, string target, bool isHard = false)
    {
        // A hard link is named from the container's top, a soft one from where it stands.
        run.Tally.Images.Link($"{container.Path}!/{MemberNames.Readable(name)}", $"{container.Path}!/{(isHard ? "" : name[..(name.LastIndexOf('/') + 1)])}{target}");
        layer?.Add(name);
        JudgePath(name);
        if (!isFileSystem && (isHard ? MemberNames.LeadsOut(target) : MemberNames.LinkLeadsOut(name, target)))
            Report(ArchiveRules.LinkOut, name, $"links to {MemberNames.Readable(target)}, outside the package");
    }

    public override void Unreadable(string member, string reason) => run.Unreadable(About(member), reason);

    public override void Report(Rule rule, string member, string message, params (string Name, object Value)[] evidence) =>
        run.Report(rule, About(member), message, evidence);

    public override void CheckTime() => run.Budget.CheckTime();

    private Entry About(string member) => member.Length == 0 ? container : EntryOf(MemberNames.Readable(member), new Member(member));

    private Entry EntryOf(string name, Member member)
    {
        var path = $"{container.Path}!/{name}";
        return new()
        {
            Path = path,
            InPackage = container.IsRoot ? MemberNames.WithoutWrapper(name) : name,
            Origin = member.IsDerived || container.Origin == Origin.Derived ? Origin.Derived : container.IsRoot ? Origin.Packed : Origin.Nested,
            Depth = container.Depth + 1,
            Ghost = member.Ghost ?? container.Ghost,
            AdmittedBy = member.AdmittedBy ?? container.AdmittedBy,
            DeclaredSize = member.Size,
            IsSystemRoot = member.IsSystemRoot,
            RecoveredAs = run.Hidden is { } hidden ? hidden.GhostOf(path) is null ? null : name : member.RecoveredAs ?? (member.Ghost is null ? null : name),
        };
    }

    private void Judge(Member member)
    {
        layer?.Add(member.Name);
        JudgePath(member.Name);
        var (exact, folded) = MemberNames.Hashes(member.Name);
        if (names.TryAdd(folded, exact) || member.Ghost is not null || told >= MaxNameFindings) return;
        told++;
        if (names[folded] == exact) Report(ArchiveRules.Duplicate, member.Name, $"{MemberNames.Readable(member.Name)} stands in the container more than once");
        else if (!isFileSystem) Report(ArchiveRules.CaseCollision, member.Name, $"{MemberNames.Readable(member.Name)} differs from another member only in case");
    }

    private void JudgePath(string name)
    {
        // Systems unpack "/etc/x" below the root they are given.
        if (MemberNames.LeadsOut(isFileSystem ? name.TrimStart('/') : name))
            Report(ArchiveRules.Traversal, name, $"the name {MemberNames.Readable(name)} leads out of the folder it is unpacked into");
    }
}
