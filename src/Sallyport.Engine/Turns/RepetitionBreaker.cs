namespace Sallyport.Engine.Turns;

/// <summary>
/// Notices a model that makes the same call again and again and gets the same answer: it is told first, and stopped when that does
/// not help. Waiting for something that changes is no repetition.
/// </summary>
internal sealed class RepetitionBreaker
{
    /// <summary>Identical calls in a row from which on the model is told.</summary>
    public const int Told = 3;

    /// <summary>Identical calls in a row at which the run ends.</summary>
    public const int Ended = 8;

    private int last;
    private int count;

    /// <summary>Notes a call and its result; how many in a row were identical.</summary>
    public int Note(string name, string arguments, string result)
    {
        var hash = HashCode.Combine(string.GetHashCode(name, StringComparison.Ordinal), string.GetHashCode(arguments, StringComparison.Ordinal), string.GetHashCode(result, StringComparison.Ordinal));
        count = hash == last ? count + 1 : 1;
        last = hash;
        return count;
    }
}
