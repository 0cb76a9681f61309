using Sallyport.Engine.Sandboxing;
using Sallyport.Guard;

namespace Sallyport.Gate;

/// <summary>
/// On whose behalf a hook asks. For a person the repository's policy holds as it is. For an agent it holds as it was when the
/// session began; what the policy says now, which may be of the agent's making, can only forbid more, and comments allow nothing.
/// </summary>
/// <param name="shims">The session's folder of shims; null for a person.</param>
internal sealed class HookCaller(string? shims)
{
    public bool IsAgent => shims is not null;

    public string? Shims => shims;

    /// <summary>The session's id; null for a person.</summary>
    public string? Session => shims is null ? null : Path.GetFileName(Path.TrimEndingDirectorySeparator(shims));

    /// <summary>The policies that it must be fit to leave under, all of them.</summary>
    public IEnumerable<Policy> Policies(IReadOnlyList<string> targets)
    {
        if (shims is null)
        {
            yield return PolicyChoice.For(targets, null);
            yield break;
        }
        var here = PolicyChoice.PathFor(targets, null);
        var then = GatePolicies.For(shims, here is null ? Directory.GetCurrentDirectory() : Path.GetDirectoryName(Path.GetFullPath(here))!);
        yield return (then is { } known ? PolicyFile.Parse(known.Text, known.Path) : Policy.Default) with { InlineAllowances = false };
        if (here is not null && (then is null || !File.ReadAllBytes(here).AsSpan().SequenceEqual(then.Value.Text))) yield return PolicyFile.Read(here) with { InlineAllowances = false };
    }
}
