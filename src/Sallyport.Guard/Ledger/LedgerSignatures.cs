namespace Sallyport.Guard.Audit;

/// <summary>
/// Signatures that were found to hold, and the key in hand: the same note stands in several places, and a ledger is verified again
/// and again.
/// </summary>
internal sealed class LedgerSignatures
{
    private readonly HashSet<(string Note, string Key)> held = [];
    private (string Text, LedgerKey? Key) last = ("", null);

    public LedgerKey? Key(string text)
    {
        if (last.Text != text) last = (text, LedgerKey.Parse(text) is { IsWhole: true } key ? key : null);
        return last.Key;
    }

    public bool Hold(Checkpoint note, VerifierKey key)
    {
        var which = (note.Text, key.ToString());
        if (held.Contains(which)) return true;
        if (!note.IsSignedBy(key)) return false;
        held.Add(which);
        return true;
    }
}
