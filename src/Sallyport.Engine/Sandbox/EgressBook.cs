using System.Security.Cryptography;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// What is told of the connections of confined commands: each before it is made, so that no sudden end hides it, and again when it
/// has ended, with how much went either way and the digest of what was sent. Refusals are told once for each destination; how often
/// there were more comes at the end, so that nobody floods the record by asking.
/// </summary>
/// <param name="tell">Takes it.</param>
internal sealed class EgressBook(Action<Departure> tell) : IDisposable
{
    private const int MostRefused = 200;

    private readonly Dictionary<string, (Departure Told, int More)> refused = new(StringComparer.Ordinal);
    private long last;
    private int unnamed;

    /// <summary>A connection is about to be made.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="rule">That lets it.</param>
    public EgressCount Opens(Destination destination, string rule)
    {
        var departure = new Departure(destination) { Connection = Interlocked.Increment(ref last), Rule = rule };
        tell(departure with { Outcome = "opened" });
        return new EgressCount(departure, tell);
    }

    public void Refused(Destination destination, string rule, string why)
    {
        Departure told;
        lock (refused)
        {
            if (refused.TryGetValue(destination.Name, out var known))
            {
                refused[destination.Name] = known with { More = known.More + 1 };
                return;
            }
            if (refused.Count == MostRefused)
            {
                unnamed++;
                return;
            }
            told = new Departure(destination) { Outcome = "refused", Rule = rule, Reason = why };
            refused.Add(destination.Name, (told, 0));
        }
        tell(told);
    }

    public void Dispose()
    {
        lock (refused)
        {
            foreach (var (told, more) in refused.Values) if (more > 0) tell(told with { More = more });
            if (unnamed > 0) tell(new Departure(new Destination("sandbox", "others")) { Outcome = "refused", More = unnamed });
            refused.Clear();
            unnamed = 0;
        }
    }
}

/// <summary>Counts one connection. What was sent comes from one thread, what was received from one.</summary>
internal sealed class EgressCount(Departure departure, Action<Departure> tell) : IDisposable
{
    private readonly IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long sent, received;
    private int ended;

    /// <summary>What the bytes are: <c>ciphertext</c>, or <c>request</c> where they are in clear.</summary>
    public string Content { get; set; } = "ciphertext";

    public void Sends(ReadOnlySpan<byte> bytes)
    {
        digest.AppendData(bytes);
        sent += bytes.Length;
    }

    public void Receives(int bytes) => received += bytes;

    /// <summary>It has ended: both directions are still.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref ended, 1) != 0) return;
        tell(departure with { Outcome = "ended", Bytes = sent, Received = received, Sha256 = Convert.ToHexStringLower(digest.GetHashAndReset()), Content = Content });
        digest.Dispose();
    }
}
