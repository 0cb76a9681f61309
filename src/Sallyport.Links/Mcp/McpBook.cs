using System.Globalization;
using Sallyport.Engine.Settings;
using Sallyport.Guard.Audit;

namespace Sallyport.Links.Mcp;

/// <summary>What a person can ask of MCP servers outside of a run: which there are, what they say of their tools, and whether a change is accepted.</summary>
public sealed class McpBook(IReadOnlyDictionary<string, ServerSetting> servers, string project, string workspace)
{
    private readonly PinStore pins = PinStore.OfState();

    /// <summary>In order of name.</summary>
    public IReadOnlyList<McpEntry> All() => [.. servers.OrderBy(static one => one.Key, StringComparer.Ordinal).Select(one => Of(one.Key, one.Value))];

    /// <summary>null when no settings name it.</summary>
    public McpEntry? Find(string name) => servers.TryGetValue(name, out var setting) ? Of(name, setting) : null;

    /// <summary>Accepts what a server has become. The entry for the ledger; null when there is nothing to accept.</summary>
    public LedgerEntry? Trust(string name)
    {
        if (Find(name) is not { Change: { } change }) return null;
        pins.Trust(change);
        return new LedgerEntry(LedgerKind.Trust).With("what", "mcp trusted").With("target", name).With("sha256", change.Digest);
    }

    /// <summary>Forgets what a server was: the next run meets it anew. The entry for the ledger; null when nothing was known.</summary>
    public LedgerEntry? Forget(string name) => pins.Forget(name) ? new LedgerEntry(LedgerKind.Trust).With("what", "mcp forgotten").With("target", name) : null;

    private McpEntry Of(string name, ServerSetting setting)
    {
        var identity = ServerIdentity.Of(name, setting, ServerIdentity.Home(setting, project, workspace));
        var (trusted, change) = (pins.Trusted(name, identity), pins.Changed(name, identity));
        return new McpEntry(name, setting) { Trusted = trusted, Change = trusted is null ? null : change };
    }
}

/// <summary>A server as settings name it, and what is known of it.</summary>
public sealed record McpEntry(string Name, ServerSetting Setting)
{
    internal Pin? Trusted { get; init; }

    internal Pin? Change { get; init; }

    /// <summary><c>off</c> (by the settings), <c>new</c> (nobody has met it), <c>trusted</c>, or <c>changed</c> (and off until that is accepted).</summary>
    public string State => Setting.IsDisabled ? "off" : Change is not null ? "changed" : Trusted is null ? "new" : "trusted";

    public int? Tools => Trusted?.Definitions.Count;

    public string? Digest => Trusted?.Digest;

    public DateTimeOffset? Since => Trusted?.At;

    /// <summary>How it is started or reached, on one line; values of variables and headers are left out.</summary>
    public string How => McpText.Line(Setting.Url ?? string.Join(' ', Setting.Arguments.Prepend(Setting.Command ?? "")), 400);

    /// <summary>What it was trusted with: its tools and all that they say.</summary>
    public string Content => Trusted is null ? "" : PinDifference.Whole(Trusted);

    /// <summary>What became other since; empty when nothing did.</summary>
    public string Difference => Trusted is null || Change is null ? "" : PinDifference.Of(Trusted, Change);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({State})");
}
