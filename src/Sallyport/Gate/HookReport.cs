using Sallyport.Guard;

namespace Sallyport.Gate;

/// <summary>Why a commit or push was stopped, in a few lines: only what blocks or could not be read, what to do, and how to pass.</summary>
internal static class HookReport
{
    private const int Most = 10;

    public static void Write(string hook, PackageReport report, IReadOnlyList<string> unknown, bool isAgent, TextWriter output)
    {
        var verb = hook switch { "pre-push" => "push", "publish" => "publishing", "forge" => "request", _ => "commit" };
        var blocking = report.Targets.SelectMany(t => t.Findings).Where(f => f.IsBlocking).DistinctBy(f => (f.Fingerprint, f.Path, f.Line, f.Column)).ToList();
        string[] unread = [.. report.Targets.SelectMany(t => t.Skipped).Select(s => s.Path.Length == 0 ? s.Reason : $"{s.Path}: {s.Reason}"), .. unknown];
        output.WriteLine(blocking.Count > 0
            ? $"sally: {verb} stopped, {blocking.Count} {(blocking.Count == 1 ? "finding" : "findings")} in {What(hook)}"
            : $"sally: {verb} stopped, not all of {What(hook)} could be read");
        foreach (var finding in blocking.Take(Most))
        {
            output.WriteLine($"  {Printable.Line(finding.Path)}{(finding.Line > 0 ? $":{finding.Line}" : "")}  {finding.Rule.Id}  {finding.Fingerprint}");
            output.WriteLine($"    {Printable.Line(finding.Message)}");
            output.WriteLine($"    Fix: {Printable.Line(finding.Advice)}");
        }
        if (blocking.Count > Most) output.WriteLine($"  and {blocking.Count - Most} more");
        foreach (var part in unread.Take(Most)) output.WriteLine($"  not read: {Printable.Line(part)}");
        if (unread.Length > Most) output.WriteLine($"  and {unread.Length - Most} more not read");
        output.WriteLine(hook switch
        {
            "pre-commit" => "Take it out, git add, and commit again.",
            "publish" => "Take it out of what is packed (files in package.json, .npmignore, the project file), pack again, and publish that.",
            "forge" => "Write it without that, and run the command again.",
            "commit-msg" => "Write the message without it; yours is kept: git commit -eF \"$(git rev-parse --git-path COMMIT_EDITMSG)\"",
            _ => "A later commit that deletes it is not enough: rewrite the commit that has it (git rebase -i), or rename the branch, and push again.",
        });
        if (isAgent)
        {
            output.WriteLine($"An agent cannot pass this, by --no-verify or otherwise. What may leave all the same is for the user to say{(blocking.Count > 0 ? $" (sally gate waive {blocking[0].Fingerprint}, for the sessions after this one)" : "")}, or to {(hook switch { "publish" => "publish", "forge" => "send it", _ => verb })} themselves.");
            return;
        }
        if (blocking.Count > 0) output.WriteLine($"What may leave all the same: sally gate waive {blocking[0].Fingerprint} --reason TEXT --until DATE --owner NAME");
        output.WriteLine($"Once, unchecked: git {verb} --no-verify");
    }

    private static string What(string hook) => hook switch
    {
        "pre-commit" => "what is staged",
        "commit-msg" => "the message",
        "publish" => "what would be published",
        "forge" => "what would be written",
        _ => "what would be pushed",
    };
}
