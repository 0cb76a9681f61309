using Sallyport.Engine.Sessions;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Flow;

/// <summary>
/// The labels of a session while it lives. They only grow, and each growth is written down before anything follows from it, so
/// that a session that is resumed, forked or killed knows what it has read. Safe for several threads.
/// </summary>
public sealed class FlowState
{
    private readonly Lock gate = new();
    private readonly Transcript? transcript;
    private volatile FlowLabels labels;
    private readonly List<Way> ways = [];
    private volatile int open;

    /// <param name="transcript">Where they are written; null keeps them in memory.</param>
    /// <param name="past">What was before.</param>
    public FlowState(Transcript? transcript = null, FlowRecord? past = null) : this(transcript, past?.Labels ?? FlowLabels.None, new KnownAddresses(past?.Addresses ?? [])) { }

    private FlowState(Transcript? transcript, FlowLabels labels, KnownAddresses addresses) => (this.transcript, this.labels, Addresses) = (transcript, labels, addresses);

    public FlowLabels Labels => labels;

    /// <summary>Addresses that a person wrote in this session.</summary>
    public KnownAddresses Addresses { get; }

    /// <summary>Told of what came to the labels.</summary>
    public Action<FlowLabels>? Grew { get; set; }

    /// <summary>Told when commands may no longer reach others: what they have open is to end now.</summary>
    public Action? Closes { get; set; }

    /// <summary>Told once, when the first words of others come in and before anything follows from them.</summary>
    internal Action? Tainted { get; set; }

    /// <summary>Files and folders that act later and that no command may write now.</summary>
    public IReadOnlyList<string> Held { get; internal set; } = [];

    /// <summary>Told of labels that others have to take on at once, since they work in the same folder.</summary>
    internal Action<FlowLabels>? Shared { get; set; }

    /// <summary>
    /// The state of a sub-agent: its prompt is the words of who starts it, so it has read the same. Which addresses are known, and how
    /// many links may yet be followed, is one for all of them.
    /// </summary>
    internal FlowState Below(Transcript? own)
    {
        var known = labels;
        if (!known.IsEmpty) own?.Add(new FlowLine(known, null));
        return new FlowState(own, known, Addresses);
    }

    /// <summary>Words of others go where who read them writes or runs something: the others there have read them, too.</summary>
    internal void Share()
    {
        if (labels is { IsUntrusted: true } known) Shared?.Invoke(known);
    }

    /// <summary>All of it, for a fork or a summary.</summary>
    public FlowRecord Record => new(labels, Addresses.Written);

    /// <summary>
    /// Words came in. What nobody runs any more, or runs behind, loses what it has open to others; a command that runs now was judged
    /// before them and ends with its own leave.
    /// </summary>
    public void Add(FlowLabels more)
    {
        if (Grow(more)) Close();
    }

    /// <summary>Others have read words, and write where this session's commands read: those are judged again.</summary>
    internal void Take(FlowLabels more)
    {
        if (!Grow(more)) return;
        Way[] doubtful;
        lock (gate) doubtful = [.. ways];
        foreach (var way in doubtful) way.Reconsider();
        Close();
    }

    // True when words of others came in that the session had not read yet.
    private bool Grow(FlowLabels more)
    {
        var (isFirst, hasNew) = (false, false);
        lock (gate)
        {
            var before = labels;
            var after = before.With(more);
            if (ReferenceEquals(before, after)) return false;
            transcript?.Add(new FlowLine(more, null));
            labels = after;
            (isFirst, hasNew) = (!before.IsUntrusted && after.IsUntrusted, after.Untrusted.Count > before.Untrusted.Count);
        }
        if (isFirst) Tainted?.Invoke();
        Grew?.Invoke(more);
        return hasNew;
    }

    /// <summary>
    /// A confined command connects to a host. Once words of others came in only those may that were let send; whoever answers is
    /// such another. Throws <see cref="GateStoppedException"/>.
    /// </summary>
    public void Connects(Destination destination)
    {
        if (labels is { IsUntrusted: true } known && open == 0)
            throw new GateStoppedException(destination, $"{destination.Name} was not reached: {known.Because()}, a command talks to others only when a person or a rule that names it lets it. Say in the command itself that it does (curl, git push, npm install …), so that it can be asked.");
        // What it is answered is no reason to end it.
        Grow(FlowLabels.From(UntrustedSource.Of("host", destination.Name)));
    }

    /// <summary>While the result lives, commands reach the hosts that the settings name.</summary>
    /// <param name="isLet">Whether a command may still, asked when those who share its folder have read further words; null for one that may whatever comes.</param>
    internal Way LetOut(Func<bool>? isLet = null)
    {
        var way = new Way(this, isLet);
        lock (gate)
        {
            ways.Add(way);
            open = ways.Count;
        }
        return way;
    }

    /// <summary>Ends what commands have open to others, unless one that may reach them runs.</summary>
    internal void Close()
    {
        if (open == 0 && labels.IsUntrusted) Closes?.Invoke();
    }

    /// <summary>A command's leave to reach others.</summary>
    internal sealed class Way(FlowState state, Func<bool>? isLet) : IDisposable
    {
        /// <summary>It ended because of what came in, not because the command did.</summary>
        public bool IsRevoked { get; private set; }

        public void Reconsider()
        {
            if (isLet?.Invoke() != false) return;
            IsRevoked = true;
            Dispose();
        }

        /// <summary>Lets nothing new out; what the command has open stays so for now.</summary>
        public bool Narrow()
        {
            lock (state.gate)
            {
                if (!state.ways.Remove(this)) return false;
                state.open = state.ways.Count;
                return true;
            }
        }

        public void Dispose()
        {
            if (Narrow()) state.Close();
        }
    }

    public void Add(UntrustedSource source) => Add(FlowLabels.From(source));

    /// <summary>A person wrote this: addresses in it are theirs.</summary>
    public void UserWrote(string text)
    {
        lock (gate) if (Addresses.Wrote(text) is { Count: > 0 } added) transcript?.Add(new FlowLine(null, added));
    }

    /// <summary>Labels the kinds of secrets that stand in the session's text by now, and whether names of the policy do.</summary>
    /// <param name="vault">Of the session.</param>
    /// <param name="text">What has come to the session.</param>
    public void Look(SecretVault vault, string text)
    {
        var known = labels;
        // Where names are not hidden anyway, this looks for the first one.
        if (vault is { HasNames: true, HidesNames: false } && !known.Internal.Contains("term")) _ = vault.CloseNames(text);
        List<string>? kinds = null;
        var names = false;
        foreach (var entry in vault.Entries)
        {
            if (entry.Kind == "name") names |= !known.Internal.Contains("term");
            else if (!known.Secrets.Contains(entry.Kind) && kinds?.Contains(entry.Kind) != true) (kinds ??= []).Add(entry.Kind);
        }
        if (kinds is not null || names) Add(new FlowLabels { Secrets = kinds ?? [], Internal = names ? ["term"] : [] });
    }
}

/// <summary>The labels of a session and the addresses that its person wrote, as they are handed on.</summary>
public sealed record FlowRecord(FlowLabels Labels, IReadOnlyList<string> Addresses)
{
    internal FlowRecord With(FlowLabels? labels, IReadOnlyList<string>? addresses) =>
        new(labels is null ? Labels : Labels.With(labels), addresses is null ? Addresses : [.. Addresses, .. addresses]);
}
