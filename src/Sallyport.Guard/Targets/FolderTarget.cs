using Sallyport.Guard.Artifacts;
using Sallyport.Guard.Packing;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Targets;

/// <summary>A folder, read as its manifest would pack it; every file when it has none, or when asked to. Links are never followed.</summary>
internal sealed class FolderTarget : TargetReader
{
    public override int Order => 90;

    public override bool Recognises(string target, TargetOptions options) => Directory.Exists(Path.Combine(options.Directory, target));

    public override TargetInfo Read(string target, TargetOptions options, Func<long, ScanRun> begin, CancellationToken cancellation)
    {
        var root = Path.GetFullPath(Path.Combine(options.Directory, target));
        var plan = PlanOf(root, options.AsIs, cancellation);
        var run = begin(plan.Files.Sum(f => f.Length));
        foreach (var (path, reason) in plan.Skipped) run.Skip(path, reason);
        foreach (var (path, to) in plan.Links) Link(run, root, path, to);
        // A plan of many files is large: what was read is let go.
        var files = new Queue<PackedFile>(plan.Files);
        plan.Files.Clear();
        while (files.TryDequeue(out var file))
        {
            if (run.Budget.IsTooMuch(file.Length))
            {
                run.Skip(file.Path, $"{file.Length >> 30} GiB are more than may be read (limits.bytes)");
                continue;
            }
            var entry = new Entry { Path = file.Path, InPackage = file.Path, DeclaredSize = file.Length, AdmittedBy = file.AdmittedBy, IsRoot = file.IsPackage };
            if (!run.Visit(entry, file.FullPath, file.Length)) break;
        }
        run.VisitRest();
        return new TargetInfo(plan.Kind, null) { Remarks = plan.Remarks };
    }

    /// <summary>What would leave from the folder.</summary>
    public static PackingPlan PlanOf(string root, bool asIs, CancellationToken cancellation)
    {
        if (!asIs)
        {
            foreach (var packer in FolderPackerShelf.All().OrderBy(p => p.Order))
            {
                if (packer.Plan(root) is { } plan) return plan;
            }
        }
        var all = new PackingPlan("folder");
        foreach (var (path, node) in FolderTree.Walk(root, null, all.Skip))
        {
            cancellation.ThrowIfCancellationRequested();
            all.Add(path, node, null);
        }
        return all;
    }

    private static void Link(ScanRun run, string root, string path, string target)
    {
        run.Tally.Images.Link(path, path[..(path.LastIndexOf('/') + 1)] + target);
        // An absolute path into the folder itself stays inside on this machine only.
        var leadsOut = Path.IsPathRooted(target) ? !target.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) : MemberNames.LinkLeadsOut(path, target);
        if (!leadsOut) return;
        var entry = new Entry { Path = path, InPackage = path };
        run.Findings.Add(new Draft(ArchiveRules.LinkOut, entry, new LineIndex(), -1, $"links to {MemberNames.Readable(target)}, outside the package", run.Fingerprints.Of(ArchiveRules.LinkOut.Id, path, default), []));
    }
}
