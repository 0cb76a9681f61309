using System.CommandLine;
using Sallyport.Audit;
using Sallyport.Guard;
using Sallyport.Guard.Audit;

namespace Sallyport.Gate;

/// <summary><c>sally gate hook</c>: what the installed hooks call. Silent when all is well; everything but 0 stops git.</summary>
internal static class HookCommand
{
    public static Command Create()
    {
        var hook = new Argument<string>("NAME");
        var arguments = new Argument<string[]>("ARGUMENTS") { Arity = ArgumentArity.ZeroOrMore };
        hook.AcceptOnlyFromAmong(HookScript.Names);
        var command = new Command("hook", "what the installed hooks call") { hook, arguments };
        command.Hidden = true;
        command.SetAction((result, cancellation) =>
        {
            var name = result.GetValue(hook)!;
            var words = result.GetValue(arguments) ?? [];
            return Task.FromResult(name switch
            {
                "pre-commit" => Judge(name, null, ["git:staged"], [], [], cancellation),
                "commit-msg" => Message(words, cancellation),
                _ => Push(words, cancellation),
            });
        });
        return command;
    }

    private static int Message(string[] words, CancellationToken cancellation)
    {
        if (words.Length == 0) throw new GuardException("commit-msg takes the file of the message");
        var repository = GitRepository.Around(Directory.GetCurrentDirectory());
        var text = CommitMessage.Kept(File.ReadAllText(words[0]), repository.Ask("config", "commit.cleanup"),
            repository.Ask("config", "core.commentString") ?? repository.Ask("config", "core.commentChar"),
            // Git tells hooks so when it opens no editor.
            isEdited: Environment.GetEnvironmentVariable("GIT_EDITOR") != ":");
        return Judge("commit-msg", null, [HookTexts.Message], new() { [HookTexts.Message] = text }, [], cancellation);
    }

    private static int Push(string[] words, CancellationToken cancellation)
    {
        if (words.Length < 2) throw new GuardException("pre-push takes the remote's name and its address");
        // An address may hold a password; the name of a remote that has none is its address.
        var remote = words[0] == words[1] ? "an address" : words[0];
        var plan = PushPlan.Read(Console.In, GitRepository.Around(Directory.GetCurrentDirectory()));
        return plan.Targets.Count == 0 && plan.Unknown.Count == 0 ? GateExit.Clean : Judge("pre-push", remote, plan.Targets, plan.Texts, plan.Unknown, cancellation);
    }

    private static int Judge(string hook, string? remote, IReadOnlyList<string> targets, Dictionary<string, string> texts, IReadOnlyList<string> unknown, CancellationToken cancellation)
    {
        var report = targets.Count == 0 ? new PackageReport([]) : PackageCheck.Check(new CheckRequest { Targets = targets, Texts = texts, Policy = PolicyChoice.For(["git:staged"], null) }, cancellation);
        using (var pen = new LedgerPen())
        {
            foreach (var target in report.Targets) pen.Write(LedgerEntry.Of(target).With("hook", hook).With("remote", remote));
        }
        var verdict = report.Verdict == Verdict.Clean && unknown.Count > 0 ? Verdict.Incomplete : report.Verdict;
        if (verdict != Verdict.Clean) HookReport.Write(hook, report, unknown, Console.Error);
        return GateExit.Of(verdict);
    }
}
