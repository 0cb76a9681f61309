using System.Globalization;
using System.Text;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Shell;

/// <summary>Runs a shell line in a session of its own; whatever it starts ends with it, in its time, or is told.</summary>
internal sealed class BashTool : Tool
{
    private const int DefaultTimeout = 120_000, LongestTimeout = 600_000;
    private const int MostChanges = 8;

    public override string Name => "bash";

    public override string Description => """
        Runs a shell command (bash, or sh where there is none) and returns its output and errors, in order, and its exit code when it is not 0. The working folder starts at the workspace's root and follows cd as long as it stays inside; variables that you set are not kept for the next call. Nobody can type: standard input is empty, and programs must not ask. Long output is shortened in the middle and kept whole in a file that is named. For servers and other things that do not end, set background and look with bash_output. The calls of one answer run one after another, unless they only read or are parallel. Prefer read, grep, glob and edit to cat, grep, find and sed.
        """;

    public override string Schema => """
        {"type":"object","properties":{"command":{"type":"string","minLength":1,"description":"The command; may have many lines."},"timeout_ms":{"type":"integer","minimum":1,"description":"Ends it after this long: 120000 when not given, 600000 at most. Not for background."},"background":{"type":"boolean","description":"Return at once with a job id, and let it run."},"parallel":{"type":"boolean","description":"Run at the same time as the calls next to it in this answer that are parallel too, or only read. Set it on each of several commands that need nothing of one another and do not get in each other's way (same files, ports, build folder): searches, checks, tests of separate parts. Its cd does not carry over to later calls."},"pty":{"type":"boolean","description":"Give it a terminal of 80x24, for programs that behave differently without one."},"description":{"type":"string","description":"What it does, in a few words, for the user."}},"required":["command"],"additionalProperties":false}
        """;

    public override Touches Touches(JsonElement arguments, Workspace workspace) => new(Effect.Execute) { Command = arguments.Text("command"), Paths = [workspace.Current], StandsAlone = arguments.Flag("parallel") };

    public override string Title(JsonElement arguments, Workspace workspace)
    {
        // What runs, not what the model says about it.
        var title = arguments.Text("command").Trim();
        var end = title.IndexOf('\n', StringComparison.Ordinal);
        if (end >= 0) title = title[..end] + " ...";
        return title.Length <= 200 ? title : title[..200] + " ...";
    }

    public override async Task<ToolResult> Run(ToolCall call, CancellationToken cancellation)
    {
        var (arguments, context) = (call.Arguments, call.Context);
        var command = arguments.Text("command");
        if (command.Contains('\0', StringComparison.Ordinal)) return ToolResult.Fail("A command cannot contain the character NUL: write it as an escape, such as \\0 in printf.");
        if (command.Length > ShellLine.LongestCommand) return ToolResult.Fail($"The command has {command.Length} characters: put what is long into a file with write, and use it from there.");
        var notes = new StringBuilder();
        if (!Directory.Exists(context.Workspace.Current))
        {
            notes.Append(CultureInfo.InvariantCulture, $"[the working folder {context.Workspace.Show(context.Workspace.Current)} is gone: ran in the workspace's root]\n");
            context.Workspace.Current = context.Workspace.Root;
        }
        var span = await context.Changes.BeforeStart(cancellation).ConfigureAwait(false);
        try
        {
            return await Run(call, command, span, notes, isAgain: false, cancellation).ConfigureAwait(false);
        }
        finally
        {
            // Where it could not even start, too: a span that stays open would take what others change for the agent's.
            await context.Changes.AfterCommand(span, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<ToolResult> Run(ToolCall call, string command, CommandSpan span, StringBuilder notes, bool isAgain, CancellationToken cancellation)
    {
        var (arguments, context) = (call.Arguments, call.Context);
        var terminal = arguments.Flag("pty");
        var background = arguments.Flag("background");
        var (launch, report) = ShellLine.Prepare(command, terminal, context);
        var run = new ShellRun(ShellProcess.Start(span.Watch(launch), report, terminal), new OutputCapture(context.OutputFolder) { Vault = context.Vault }, background ? null : call.Progress, context.Clock);
        var title = Title(arguments, context.Workspace);
        if (background) return StartJob(run, title, context, notes.ToString());

        var timeout = Math.Min(arguments.Number("timeout_ms") ?? DefaultTimeout, LongestTimeout);
        var cut = await WaitFor(run, timeout, context.Clock, cancellation).ConfigureAwait(false);
        await run.Settle(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
        var status = run.Exited.IsCompleted ? await run.Exited.ConfigureAwait(false) : null;

        var output = run.Take().TrimEnd('\n');
        if (!isAgain && cut is null && status == 1 && context.Launcher?.NeverBegan(output) == true)
        {
            run.Close();
            return await Run(call, command, span, notes, isAgain: true, cancellation).ConfigureAwait(false);
        }
        var text = new StringBuilder(output.Length + 256).Append(notes).Append(output);
        if (output.Length == 0) text.Append("(no output)");
        if (cut is not null) Line(text, cut);
        else if (ExitText.Of(status) is { } exit)
        {
            Line(text, exit);
            if (context.Launcher?.Explain(output) is { } bounds) Line(text, $"[{bounds}]");
        }
        var folder = run.LastFolder();
        // Others that run beside it stand on the working folder.
        if (!arguments.Flag("parallel")) Follow(folder, context.Workspace, text);
        string? job = null;
        if (cut is null && run.OthersLive())
        {
            job = context.Jobs.NextId();
            context.Jobs.Add(new ShellJob(job, title, run, context.Clock));
            Line(text, $"[it left programs running, now job {job}: bash_output shows what they print, bash_stop ends them]");
        }
        else run.Close();
        // After an interruption too: what was done by then is to be brought back as well.
        Changed(await context.Changes.AfterCommand(span, CancellationToken.None).ConfigureAwait(false), span.WasShared, text);
        if (span.Trouble is { } trouble) Line(text, $"[not all that it changed can be brought back: {trouble}]");
        return new ToolResult(text.ToString(), Failed: cut is not null)
        {
            Display = new CommandDisplay(cut is null && status >= 0 ? status : null, (long)run.Elapsed.TotalMilliseconds, job),
        };
    }

    /// <returns>Why it was cut short; null when it ended by itself.</returns>
    private static async Task<string?> WaitFor(ShellRun run, int timeout, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            await run.Exited.WaitAsync(TimeSpan.FromMilliseconds(timeout), clock, cancellation).ConfigureAwait(false);
            return null;
        }
        catch (TimeoutException)
        {
            await run.Stop().ConfigureAwait(false);
            return $"[ended after its time of {Seconds(timeout)} with everything that it started. Give more with timeout_ms (up to {LongestTimeout}), or set background]";
        }
        catch (OperationCanceledException)
        {
            await run.Stop().ConfigureAwait(false);
            return $"[interrupted by the user after {Seconds(run.Elapsed.TotalMilliseconds)}; everything that it started was ended]";
        }
    }

    private static ToolResult StartJob(ShellRun run, string title, ToolContext context, string notes)
    {
        var job = context.Jobs.NextId();
        context.Jobs.Add(new ShellJob(job, title, run, context.Clock));
        return new ToolResult($"{notes}Started as job {job}. bash_output with this job shows what it prints, bash_stop ends it; it ends with the session.")
        {
            Display = new CommandDisplay(null, (long)run.Elapsed.TotalMilliseconds, job),
        };
    }

    private static void Follow(string? folder, Workspace workspace, StringBuilder text)
    {
        if (folder is null || folder == workspace.Current) return;
        if (RealFolder.Inside(folder, workspace) is { } inside)
        {
            if (inside == workspace.Current) return;
            workspace.Current = inside;
            Line(text, $"[working folder: {workspace.Show(inside)}]");
            return;
        }
        workspace.Current = workspace.Root;
        Line(text, $"[{folder} is outside the workspace: the next command starts in the workspace's root again]");
    }

    private static void Changed(IReadOnlyList<string> files, bool isShared, StringBuilder text)
    {
        if (files.Count == 0) return;
        var changed = isShared ? "changed while it and others ran" : "changed";
        Line(text, files.Count <= MostChanges ? $"[{changed}: {string.Join(", ", files)}]" : $"[{changed}: {files.Count} files]");
    }

    private static void Line(StringBuilder text, string line) => text.Append('\n').Append(line);

    private static string Seconds(double milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.#} s");
}
