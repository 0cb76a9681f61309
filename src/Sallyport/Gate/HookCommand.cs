using System.CommandLine;
using Sallyport.Audit;
using Sallyport.Engine.Sandboxing;
using Sallyport.Guard;
using Sallyport.Guard.Audit;

namespace Sallyport.Gate;

/// <summary>
/// <c>sally gate hook</c>: what the installed hooks call, and the shims that stand before an agent's commands. Silent when all is
/// well; everything but 0 stops git.
/// </summary>
internal static class HookCommand
{
    public static Command Create()
    {
        var hook = new Argument<string>("NAME");
        var arguments = new Argument<string[]>("ARGUMENTS") { Arity = ArgumentArity.ZeroOrMore };
        var session = new Option<string?>("--session");
        hook.AcceptOnlyFromAmong([.. HookScript.Names, Publish]);
        var command = new Command("hook", "what the installed hooks call") { hook, arguments, session };
        command.Hidden = true;
        command.SetAction((result, cancellation) =>
        {
            var name = result.GetValue(hook)!;
            var words = result.GetValue(arguments) ?? [];
            var caller = new HookCaller(result.GetValue(session));
            return Task.FromResult(name switch
            {
                "pre-commit" => Judge(caller, name, null, ["git:staged"], [], [], cancellation),
                "commit-msg" => Message(caller, words, cancellation),
                Publish => Package(caller, words, cancellation),
                _ => Push(caller, words, cancellation),
            });
        });
        return command;
    }

    private const string Publish = "publish";

    private const string Forge = "forge";

    private static int Message(HookCaller caller, string[] words, CancellationToken cancellation)
    {
        if (words.Length == 0) throw new GuardException("commit-msg takes the file of the message");
        var repository = GitRepository.Around(Directory.GetCurrentDirectory());
        var text = CommitMessage.Kept(File.ReadAllText(words[0]), repository.Ask("config", "commit.cleanup"),
            repository.Ask("config", "core.commentString") ?? repository.Ask("config", "core.commentChar"),
            // Git tells hooks so when it opens no editor.
            isEdited: Environment.GetEnvironmentVariable("GIT_EDITOR") != ":");
        return Judge(caller, "commit-msg", null, [HookTexts.Message], new() { [HookTexts.Message] = text }, [], cancellation);
    }

    private static int Push(HookCaller caller, string[] words, CancellationToken cancellation)
    {
        if (words.Length < 2) throw new GuardException("pre-push takes the remote's name and its address");
        // An address may hold a password; the name of a remote that has none is its address.
        var remote = words[0] == words[1] ? "an address" : words[0];
        var repository = GitRepository.Around(Directory.GetCurrentDirectory());
        // What an agent's clone says that the remote has may be of the agent's making: the remote is asked.
        var plan = PushPlan.Read(Console.In, repository, caller.IsAgent ? RemoteRefs.Of(repository, words[1]) : null);
        return plan.Targets.Count == 0 && plan.Unknown.Count == 0 ? GateExit.Clean : Judge(caller, "pre-push", remote, plan.Targets, plan.Texts, plan.Unknown, cancellation);
    }

    private static int Package(HookCaller caller, string[] words, CancellationToken cancellation)
    {
        if (words.Length == 0) throw new GuardException("publish takes a program and its arguments");
        var plan = PublishPlan.Of(words[0], words[1..], Directory.GetCurrentDirectory());
        if (plan.Refusal is { } refusal)
        {
            Tell(caller, [new LedgerEntry(LedgerKind.Verdict) { Session = caller.Session }.With("verdict", "blocked").With("target", words[0]).With("reason", refusal).With("hook", Publish)]);
            Console.Error.WriteLine($"sally: {words[0]} stopped: {Printable.Line(refusal)}");
            return GateExit.Blocked;
        }
        return plan.Targets.Count == 0 ? GateExit.Clean : Judge(caller, plan.Texts.Count > 0 ? Forge : Publish, words[0], plan.Targets, plan.Texts, [], cancellation);
    }

    // To the session where the ledger is out of reach; otherwise it is written from here.
    private static void Tell(HookCaller caller, List<LedgerEntry> entries)
    {
        if (caller.Shims is { } shims && VerdictDoor.Tell(shims, entries.ConvertAll(static entry => entry.Data()))) return;
        using var pen = new LedgerPen { IsQuiet = caller.IsAgent };
        foreach (var entry in entries) pen.Write(entry);
    }

    private static int Judge(HookCaller caller, string hook, string? remote, IReadOnlyList<string> targets, Dictionary<string, string> texts, IReadOnlyList<string> unknown, CancellationToken cancellation)
    {
        PackageReport? report = null;
        foreach (var policy in caller.Policies(hook == Publish ? targets : ["git:staged"]))
        {
            if (targets.Count == 0) break;
            report = PackageCheck.Check(new CheckRequest { Targets = targets, Texts = texts, Policy = policy }, cancellation);
            if (report.Verdict != Verdict.Clean) break;
        }
        report ??= new PackageReport([]);
        var entries = new List<LedgerEntry>();
        foreach (var target in report.Targets) entries.Add(LedgerEntry.Of(target, caller.Session).With("hook", hook).With("remote", remote));
        if (unknown.Count > 0) entries.Add(new LedgerEntry(LedgerKind.Verdict) { Session = caller.Session }.With("verdict", "incomplete").With("target", remote ?? hook).With("reason", unknown[0]).With("skipped", unknown.Count).With("hook", hook));
        Tell(caller, entries);
        var verdict = report.Verdict == Verdict.Clean && unknown.Count > 0 ? Verdict.Incomplete : report.Verdict;
        if (verdict != Verdict.Clean) HookReport.Write(hook, report, unknown, caller.IsAgent, Console.Error);
        return GateExit.Of(verdict);
    }
}
