namespace Sallyport.Guard.Gate;

/// <summary>
/// The one exit: the only maker of <see cref="Cleared{T}"/>. What can be rewritten leaves with placeholders for its secrets,
/// what cannot is stopped while it holds one. It tells its observer about everything that passes.
/// </summary>
/// <param name="departed">Called for each value that passes, before it leaves; null when nobody listens.</param>
/// <param name="vault">The secrets of the session; null lets everything pass, for what holds no user's data.</param>
public sealed class ExitGate(Action<Destination>? departed = null, SecretVault? vault = null)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> cleared = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Lets a value pass to a destination, rewritten where it must be. Throws <see cref="GateStoppedException"/> when it may not leave.</summary>
    /// <param name="value">What would leave.</param>
    /// <param name="destination">Where to.</param>
    /// <typeparam name="T">What leaves.</typeparam>
    public Cleared<T> Clear<T>(T value, Destination destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (vault is not null)
        {
            if (value is IOutbound<T> outbound) value = Closed(outbound, destination);
            else if (value is HttpRequestMessage request) Inspect(request, destination);
            else if (value is IVerbatim verbatim) Inspect(verbatim, destination);
        }
        if (value is IVerbatim known) Requested?.Invoke(destination, known.Target, known.Bytes);
        cleared[KeyOf(destination)] = true;
        departed?.Invoke(destination);
        return new Cleared<T>(value, destination);
    }

    /// <summary>
    /// Looks at a piece of what a program of this machine sends by itself, where that is in clear. Throws
    /// <see cref="GateStoppedException"/> when it holds a secret, a name or a placeholder that may not leave.
    /// </summary>
    /// <param name="destination">Where it would go.</param>
    /// <param name="host">The same without its port.</param>
    /// <param name="where">What the piece is: "its head".</param>
    /// <param name="piece">The bytes.</param>
    /// <param name="allows">Whether a kind of secret may go there.</param>
    public void Look(Destination destination, string host, string where, ReadOnlyMemory<byte> piece, Func<string, bool> allows)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(allows);
        if (vault is null || piece.IsEmpty) return;
        try
        {
            if (piece.Span.Contains((byte)0))
            {
                if (vault.Holds(piece)) throw new GateStoppedException(destination, $"{where} holds a file with a secret in it, which may not leave for {destination.Name}");
                return;
            }
            var text = System.Text.Encoding.UTF8.GetString(piece.Span);
            var names = vault.HasNames && host != "localhost" && !vault.IsInside(host);
            Refuse(text);
            if (text.Contains('%', StringComparison.Ordinal)) Refuse(Uri.UnescapeDataString(text));

            void Refuse(string one)
            {
                var closed = names ? vault.CloseNames(one) : vault.Close(one);
                var held = new List<string>();
                foreach (var placeholder in vault.PlaceholdersIn(closed))
                    if (!(placeholder.Split(':') is [_, var kind, _] && allows(kind)) && !held.Contains(placeholder)) held.Add(placeholder);
                if (held.Count > 0) throw new GateStoppedException(destination, $"{where} holds {string.Join(" and ", held)}, which may not leave for {destination.Name}; the user can allow a kind of secret there (setting secrets.allow)");
            }
        }
        catch (GuardException e) when (e is not GateStoppedException)
        {
            throw new GateStoppedException(destination, $"{where} could not be looked at to its end, so it does not leave: {e.Message}", e);
        }
    }

    /// <summary>Called with method, address and body of a web request that passes, or with what is called and the whole of the call, before it leaves.</summary>
    public Action<Destination, string, ReadOnlyMemory<byte>>? Requested { get; set; }

    /// <summary>Whether anything was let pass to this receiver over this channel.</summary>
    public bool HasCleared(Destination destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return cleared.ContainsKey(KeyOf(destination));
    }

    private static string KeyOf(Destination destination) => $"{destination.Kind} {destination.Name}";

    private T Closed<T>(IOutbound<T> outbound, Destination destination)
    {
        try
        {
            return outbound.Closed(vault!);
        }
        catch (GuardException e) when (e is not GateStoppedException)
        {
            throw new GateStoppedException(destination, e.Message, e);
        }
    }

    private void Inspect(HttpRequestMessage request, Destination destination)
    {
        var names = vault!.HasNames;
        if (request.RequestUri is { } address)
        {
            // Inside the organisation its names are no secret: on this machine, and at hosts that are on the list themselves.
            names = names && !address.IsLoopback && !vault.IsInside(address.Host);
            Refuse(address.OriginalString, "its address");
            Refuse(Uri.UnescapeDataString(address.OriginalString), "its address");
            RefusePacked(address.OriginalString, "its address");
        }
        foreach (var header in request.Headers)
            foreach (var value in header.Value) Refuse($"{header.Key}: {value}", $"its header {header.Key}");
        using var body = new MemoryStream();
        if (request.Content is not null)
        {
            request.Content.CopyTo(body, null, CancellationToken.None);
            var text = System.Text.Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
            Refuse(text, "its body");
            RefusePacked(text, "its body");
        }

        Requested?.Invoke(destination, $"{request.Method} {request.RequestUri}", body.GetBuffer().AsMemory(0, (int)body.Length));

        void RefusePacked(string text, string where)
        {
            if (HoldsPacked(text)) throw new GateStoppedException(destination, $"{where} holds a file with a secret in it, which may not leave for {destination.Name}");
        }

        void Refuse(string text, string where)
        {
            var closed = names ? vault.CloseNames(text) : vault.Close(text);
            if (ReferenceEquals(closed, text) && vault.PlaceholdersIn(text).Count == 0) return;
            throw new GateStoppedException(destination, $"{where} holds {string.Join(" and ", vault.PlaceholdersIn(closed).Distinct())}, which may not leave for {destination.Name}");
        }
    }

    private void Inspect(IVerbatim verbatim, Destination destination)
    {
        try
        {
            foreach (var text in verbatim.Texts) Refuse(text);
            Refuse(System.Text.Encoding.UTF8.GetString(verbatim.Bytes.Span));
        }
        catch (GuardException e) when (e is not GateStoppedException)
        {
            throw new GateStoppedException(destination, e.Message, e);
        }

        void Refuse(string text)
        {
            if (HoldsPacked(text) || (RawBytes(text) is { } raw && vault!.Holds(raw)))
                throw new GateStoppedException(destination, $"{verbatim.Target} holds a file with a secret in it, which may not leave for {destination.Name}");
            var closed = vault!.CloseNames(text);
            if (ReferenceEquals(closed, text) && text.IndexOf(Placeholder.Open) < 0) return;
            var kept = vault.PlaceholdersIn(closed).Where(placeholder => !verbatim.MayCarry(placeholder)).Distinct().ToArray();
            if (kept.Length > 0) throw new GateStoppedException(destination, $"{verbatim.Target} holds {string.Join(" and ", kept)}, which may not leave for {destination.Name}");
        }
    }

    // A value in percent-encoding may be no text at all: an archive, a picture.
    private bool HoldsPacked(string text)
    {
        foreach (var value in text.Split('?', '&', '=', ';', '/', '#'))
            if (PercentBytes.Decode(value) is { } bytes && vault!.Holds(bytes)) return true;
        return false;
    }

    // A text whose characters are bytes of a file, each by itself.
    private static byte[]? RawBytes(string text)
    {
        var isText = true;
        foreach (var c in text)
        {
            if (c > 0xFF) return null;
            isText &= c is '\t' or '\n' or '\r' or (>= ' ' and < (char)0x7F);
        }
        return isText ? null : System.Text.Encoding.Latin1.GetBytes(text);
    }
}

/// <summary>Something made of texts that can leave with placeholders for its secrets.</summary>
/// <typeparam name="T">Itself.</typeparam>
public interface IOutbound<out T>
{
    /// <summary>The same with placeholders; this very object when it has no secrets.</summary>
    T Closed(SecretVault vault);
}
