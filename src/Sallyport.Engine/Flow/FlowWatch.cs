using System.Text.Json;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Tools;
using Sallyport.Guard;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Flow;

/// <summary>What the tool runner asks of the information flow: whether a call may run now, and what its result has brought in.</summary>
internal sealed class FlowWatch(FlowState state, SecretVault vault, ToolContext context)
{
    private bool? isPrivate;

    /// <summary>Words of others came in.</summary>
    public bool IsUntrusted => state.Labels.IsUntrusted;

    public FlowRuling Rule(Judge judge, string tool, Touches touches, JsonElement arguments) => new FlowJudge(judge, context.Workspace).Rule(tool, touches, arguments, state.Labels);

    /// <summary>Runs a call that may run: it reaches others if nothing of others was read before, or if it was let.</summary>
    public async Task<ToolResult> Run(FlowRuling judged, Touches touches, Func<Task<ToolResult>> run)
    {
        if (touches.Command is null) return await run().ConfigureAwait(false);
        var guard = state.Labels.IsUntrusted && !judged.Lasts ? LastingGuard.Take(context.Workspace) : null;
        ToolResult done;
        try
        {
            done = await Reaching(judged, run).ConfigureAwait(false);
        }
        catch
        {
            guard?.PutBack(context.Changes);
            throw;
        }
        if (guard?.PutBack(context.Changes) is not { Count: > 0 } names) return done;
        return done with { Text = $"{done.Text}\n[put back as before: {string.Join(", ", names)}. {char.ToUpperInvariant(state.Labels.Because()[0])}{state.Labels.Because()[1..]}, only a person or a rule lets them be changed: name them in the command, or edit them, so that it can be asked]" };
    }

    private async Task<ToolResult> Reaching(FlowRuling judged, Func<Task<ToolResult>> run)
    {
        var wasLet = judged.Talks && state.Labels.IsUntrusted;
        if (state.Labels.IsUntrusted && !wasLet) return await run().ConfigureAwait(false);
        var way = state.LetOut();
        var isKept = false;
        try
        {
            var result = await run().ConfigureAwait(false);
            // What was let go on behind goes on reaching out.
            isKept = wasLet && result.Display is CommandDisplay { Job: not null };
            return result;
        }
        finally
        {
            if (!isKept) way.Dispose();
        }
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
