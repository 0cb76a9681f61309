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
            var key = $"{rule} {destination.Name}";
            if (refused.TryGetValue(key, out var known))
            {
                refused[key] = known with { More = known.More + 1 };
                return;
            }
            if (refused.Count == MostRefused)
            {
                unnamed++;
                return;
            }
            told = new Departure(destination) { Outcome = "refused", Rule = rule, Reason = why };
            refused.Add(key, (told, 0));
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
    private const string Cut = "cut: the command that was let has ended, or words of others came in";

    private long sent, received;
    private int ended;

    public Destination Destination => departure.Destination;

    /// <summary>What the bytes are: <c>ciphertext</c>, or <c>request</c> where they are in clear.</summary>
    public string Content { get; set; } = "ciphertext";

    /// <summary>We ended it, because what it was let for is over.</summary>
    public bool IsCut { get; set; }

    public void Sends(ReadOnlySpan<byte> bytes)
    {
        digest.AppendData(bytes);
        sent += bytes.Length;
    }

    public void Receives(int bytes) => received += bytes;

    /// <summary>A request over this connection that is in clear.</summary>
    /// <param name="method">As it was sent.</param>
    /// <param name="address">Where to, with its path; what stands for credentials stands in it.</param>
    /// <param name="used">Credentials that go with it.</param>
    public RequestCount Request(string method, string address, IReadOnlyList<string> used) =>
        new(departure with { Outcome = "request", Rule = used.Count == 0 ? null : $"network.credentials {string.Join(", ", used)}" }, method, address, tell);

    /// <summary>It has ended: both directions are still.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref ended, 1) != 0) return;
        tell(departure with { Outcome = "ended", Reason = IsCut ? Cut : null, Bytes = sent, Received = received, Sha256 = Convert.ToHexStringLower(digest.GetHashAndReset()), Content = Content });
        digest.Dispose();
    }
}

/// <summary>Counts one request: method, address and body.</summary>
internal sealed class RequestCount : IDisposable
{
    private readonly IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Departure departure;
    private readonly Action<Departure> tell;
    private long bytes;

    public RequestCount(Departure departure, string method, string address, Action<Departure> tell)
    {
        (this.departure, this.tell) = (departure with { Target = $"{method} {address}" }, tell);
        digest.AppendData(System.Text.Encoding.Latin1.GetBytes($"{method} {address}\n"));
        bytes = method.Length + 1 + address.Length;
    }

    public void Sends(ReadOnlySpan<byte> piece)
    {
        digest.AppendData(piece);
        bytes += piece.Length;
    }

    public void Dispose()
    {
        tell(departure with { Bytes = bytes, Sha256 = Convert.ToHexStringLower(digest.GetHashAndReset()), Content = "request" });
        digest.Dispose();
    }
}
