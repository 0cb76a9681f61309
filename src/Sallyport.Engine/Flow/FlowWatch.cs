using System.Text.Json;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Consent.Shell;
using Sallyport.Engine.Swarm;
using Sallyport.Engine.Tools;
using Sallyport.Guard;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Flow;

/// <summary>What the tool runner asks of the information flow: whether a call may run now, and what its result has brought in.</summary>
internal sealed class FlowWatch
{
    private static readonly TimeSpan Glimpse = TimeSpan.FromMilliseconds(250);

    private readonly FlowState state;
    private readonly SecretVault vault;
    private readonly ToolContext context;
    private readonly AgentTree tree;
    private readonly LastingWatch lasting;
    private bool? isPrivate;

    /// <param name="state">The labels.</param>
    /// <param name="vault">Of the session.</param>
    /// <param name="context">What its tools work with.</param>
    /// <param name="tree">Of the agents that it is one of.</param>
    public FlowWatch(FlowState state, SecretVault vault, ToolContext context, AgentTree tree)
    {
        (this.state, this.vault, this.context, this.tree, lasting) = (state, vault, context, tree, tree.Lasting);
        lasting.Join(context.Jobs);
        state.Tainted = lasting.Begin;
    }

    /// <summary>Words of others came in.</summary>
    public bool IsUntrusted => state.Labels.IsUntrusted;

    public FlowRuling Rule(Judge judge, string tool, Touches touches, JsonElement arguments) => new FlowJudge(judge, context.Workspace).Rule(tool, touches, arguments, state.Labels);

    /// <summary>Runs a call that may run: it reaches others if nothing of others was read before, or if it was let.</summary>
    /// <param name="judged">Before it runs.</param>
    /// <param name="judge">Judges it again, with what is known then.</param>
    /// <param name="touches">Of the call.</param>
    /// <param name="run">Runs it.</param>
    /// <param name="cancellation">Ends the wait for others' commands.</param>
    public async Task<ToolResult> Run(FlowRuling judged, Func<FlowRuling> judge, Touches touches, Func<Task<ToolResult>> run, CancellationToken cancellation)
    {
        if (touches.IsReadOnly)
        {
            var read = await run().ConfigureAwait(false);
            lasting.Glance();
            return lasting.Tell(state, read);
        }
        // What it changes, the other agents there read: then they have read what it has.
        if (state.Labels.IsUntrusted && Leaves(touches)) state.Share();
        using var place = touches.RunsProgram ? await Place(cancellation).ConfigureAwait(false) : null;
        var wasUntrusted = lasting.Enter(state, judged, touches);
        ToolResult? done = null;
        try
        {
            done = await (touches.Command is null && touches.Server is null ? run() : Reaching(judged, judge, run)).ConfigureAwait(false);
        }
        finally
        {
            lasting.Leave(state, context.Jobs, wasUntrusted ? judged : state.Labels.IsUntrusted ? judge() : judged, touches, done);
        }
        return lasting.Tell(state, done);
    }

    /// <summary>Its jobs have ended.</summary>
    /// <param name="isLast">So has the whole session.</param>
    public void End(bool isLast)
    {
        lasting.Part(context.Jobs);
        if (isLast) lasting.End();
        else lasting.Glance();
    }

    // Once words of others came in, no other agent's command runs beside: what one is let do must not be open to another.
    private async Task<IDisposable> Place(CancellationToken cancellation)
    {
        while (true)
        {
            var isAlone = state.Labels.IsUntrusted;
            var place = await tree.Commands.Enter(isAlone, cancellation).ConfigureAwait(false);
            if (isAlone || !state.Labels.IsUntrusted) return place;
            place.Dispose();
        }
    }

    private async Task<ToolResult> Reaching(FlowRuling judged, Func<FlowRuling> judge, Func<Task<ToolResult>> run)
    {
        var wasUntrusted = state.Labels.IsUntrusted;
        if (wasUntrusted && !judged.Talks) return await run().ConfigureAwait(false);
        // What nobody was asked about is judged again when others write beside it what they have read.
        var way = state.LetOut(wasUntrusted ? null : () => judge() is { IsFlow: false, Talks: true });
        Job? job = null;
        try
        {
            var result = await run().ConfigureAwait(false);
            if (way.IsRevoked) return result with { Text = $"{result.Text}\n[while this ran, {state.Labels.Because()}: its connections were ended. Run it again, so that it can be asked]" };
            if (result.Display is not CommandDisplay { Job: { } id } display || context.Jobs.Find(id) is not { IsRunning: true } running) return result;
            // What was let go on behind goes on reaching out; what was started behind and nobody was asked about keeps what it has open.
            if (wasUntrusted || (display.ExitCode is null && way.Narrow())) job = running;
            return result;
        }
        finally
        {
            if (job is null) way.Dispose();
            else _ = End(way, job);
        }
    }

    private async Task End(FlowState.Way way, Job job)
    {
        // Nobody is told when a grandchild ends.
        while (job.IsRunning) await Task.Delay(Glimpse, context.Clock).ConfigureAwait(false);
        way.Narrow();
        state.Close();
    }

    /// <summary>Labels what a call brought in, before the model sees it.</summary>
    public void Brought(Judge judge, Touches touches, ToolResult result)
    {
        var labels = FlowSources.Of(touches, result, context.Workspace, context.OutputFolder, touches.Command is not null && judge.IsConfined);
        if (labels.IsUntrusted)
        {
            state.Add(labels with { Untrusted = [.. labels.Untrusted.Select(source => source with { Name = Closed(source.Name) })] });
            if (result.From is { Kind: "web" } page && !result.Failed) state.Addresses.Read(page.Name, result.Text);
        }
        if (IsSource(touches) && !state.Labels.Internal.Contains("source") && (isPrivate ??= ProjectProfile.Of(context.Workspace.Root) == Profile.Closed)) state.Add(new FlowLabels { Internal = ["source"] });
        state.Look(vault, result.Text);
        if (labels.IsUntrusted && Leaves(touches)) state.Share();
    }

    // What it changes in the workspace, other agents there may read; a line that is known only to read changes nothing.
    private bool Leaves(Touches touches)
    {
        if (touches.Command is not { } line) return !touches.IsReadOnly;
        var reading = ShellReading.Of(line, context.Workspace);
        return reading.IsOpaque || reading.Unknown.Count > 0 || reading.Writes.Count > 0 || !reading.Commands.TrueForAll(command => SafeCommands.WhyNot(command, context.Workspace) is null);
    }

    // What reads or changes the workspace shows it.
    private bool IsSource(Touches touches)
    {
        if (touches.Effect is not (Effect.Read or Effect.Write or Effect.Execute)) return false;
        foreach (var path in touches.Paths) if (context.Workspace.Contains(path)) return true;
        return false;
    }

    // The call was judged with its secrets back in place; names of what it read may hold one.
    private string Closed(string name)
    {
        try
        {
            return vault.Close(name);
        }
        catch (GuardException)
        {
            return "something that the gate could not look at";
        }
    }
}
