using System.Globalization;
using System.Text;
using Sallyport.Guard;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// The requests of one connection, one after another: read, judged, given their credential, sent, and the answers led back without it.
/// Nothing of a request leaves before its head and the first megabyte of its body are judged, and no later piece before it is.
/// </summary>
internal sealed class CredentialPassage(HttpWire near, HttpWire far, (string Name, int Port) host, Destination destination, IReadOnlyList<HostCredential> credentials, List<(byte[] Hidden, byte[] Shown)> hidden, RequestLook look, EgressCount count, EgressBook book)
{
    private const int Window = 1 << 20, Overlap = 4096, Whole = 256 * 1024;
    private const string Neutral = "placeholder";

    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);

    private bool hasLeft;

    /// <summary>One request and its answer; false when the connection is over.</summary>
    public async Task<bool> One(CancellationToken cancellation)
    {
        count.Content = "requests";
        if (await near.Head(cancellation).ConfigureAwait(false) is not { } bytes) return false;
        if (HttpHead.Parse(bytes) is not { } head || head.First.Split(' ') is not [var method, ['/' or '*', ..] path, "HTTP/1.1" or "HTTP/1.0"])
            return await Refuse("400 Bad Request", $"{destination.Name} is reached with requests of HTTP/1.1, and this is none", cancellation).ConfigureAwait(false);
        if (head.Count("Host") != 1 || !IsHere(head["Host"]!))
            return await Refuse("403 Forbidden", $"this connection leads to {destination.Name}: a request for another host does not go over it", cancellation).ConfigureAwait(false);
        var isOld = head.First.EndsWith("1.0", StringComparison.Ordinal);
        near.Begin(head.Body, head.Length);
        if (head.Body != BodyForm.None && head["Expect"] is not null) await near.Write("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancellation).ConfigureAwait(false);
        var body = head.Body == BodyForm.None ? [] : new byte[Overlap + (head.Body == BodyForm.Sized ? (int)Math.Min(head.Length, Window) : Window)];
        var got = await Fill(body, cancellation).ConfigureAwait(false);
        var (judged, used) = Swap(head);
        try
        {
            look(destination, host.Name, "its head", Encoding.Latin1.GetBytes(judged));
            Look(body, Overlap, got);
        }
        catch (GuardException e)
        {
            book.Refused(destination, "gate", e.Message);
            return await Refuse("403 Forbidden", e.Message, cancellation).ConfigureAwait(false);
        }
        head.First = $"{method} {path} HTTP/1.1";
        head.RemoveHops();
        head.Remove("Expect");
        head.Remove("Accept-Encoding");
        // What is packed could not be looked through for the credential on its way back.
        head.Headers.Add(("Accept-Encoding", "identity"));
        if (head.Body == BodyForm.Chunked) head.Headers.Add(("Transfer-Encoding", "chunked"));
        count.Sends(bytes);
        using (var told = count.Request(method, $"https://{head["Host"]}{path}", used))
        {
            if (await Heard(far.Write(head.ToBytes(), cancellation)).ConfigureAwait(false)
                && !await SendBody(body, got, head.Body == BodyForm.Chunked, told, cancellation).ConfigureAwait(false)) return false;
        }
        return await Answer(method, isOld, cancellation).ConfigureAwait(false) && !head.Closes && !isOld && !hasLeft;
    }

    /// <summary>Answers in the host's place, and ends the connection.</summary>
    public async Task<bool> Refuse(string status, string why, CancellationToken cancellation)
    {
        var text = Encoding.UTF8.GetBytes(why + "\n");
        await near.Write((byte[])[.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {text.Length}\r\nX-Sallyport: refused\r\nConnection: close\r\n\r\n")), .. text], cancellation).ConfigureAwait(false);
        // Who is still sending reads the answer only when that is taken.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Drain);
        try
        {
            near.Begin(BodyForm.Rest, 0);
            var rest = new byte[Overlap];
            for (var taken = 0; taken < Window && await near.Read(rest, limit.Token).ConfigureAwait(false) is > 0 and var more;) taken += more;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It has gone.
        }
        return false;
    }

    private bool IsHere(string named)
    {
        named = named.ToLowerInvariant();
        return named == string.Create(CultureInfo.InvariantCulture, $"{host.Name}:{host.Port}") || (named == host.Name && host.Port == 443);
    }

    // Behind the space for what is looked at twice.
    private async Task<int> Fill(byte[] body, CancellationToken cancellation)
    {
        var got = 0;
        while (Overlap + got < body.Length && await near.Read(body.AsMemory(Overlap + got), cancellation).ConfigureAwait(false) is > 0 and var more) got += more;
        return got;
    }

    private async Task<bool> SendBody(byte[] body, int got, bool chunked, RequestCount told, CancellationToken cancellation)
    {
        while (got > 0)
        {
            var piece = body.AsMemory(Overlap, got);
            count.Sends(piece.Span);
            told.Sends(piece.Span);
            if (!await Heard(far.WritePiece(piece, chunked, cancellation)).ConfigureAwait(false)) return true;
            if (Overlap + got < body.Length) break;
            body.AsSpan(body.Length - Overlap).CopyTo(body);
            got = await Fill(body, cancellation).ConfigureAwait(false);
            try
            {
                if (got > 0) Look(body, 0, Overlap + got);
            }
            catch (GuardException e)
            {
                book.Refused(destination, "gate", e.Message);
                return await Refuse("403 Forbidden", $"{e.Message}; what came before it in this request has left", cancellation).ConfigureAwait(false);
            }
        }
        await Heard(far.WriteEnd(chunked, cancellation)).ConfigureAwait(false);
        return true;
    }

    // The host may answer, and go, before it has heard all.
    private async ValueTask<bool> Heard(ValueTask sending)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        catch (IOException)
        {
            hasLeft = true;
        }
        return !hasLeft;
    }

    private void Look(byte[] body, int from, int length)
    {
        if (length == 0) return;
        ReadOnlyMemory<byte> piece = body.AsMemory(from, length);
        foreach (var one in credentials)
            if (piece.Span.IndexOf(Encoding.ASCII.GetBytes(one.Placeholder)) >= 0) piece = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(piece.Span).Replace(one.Placeholder, Neutral, StringComparison.Ordinal));
        look(destination, host.Name, "its body", piece);
    }

    // The head gets the values; what is judged has a plain word where they stand, and what was packed around them in clear.
    private (string Judged, List<string> Used) Swap(HttpHead head)
    {
        var (text, used) = (new StringBuilder(head.First).Append('\n'), new List<string>());
        for (var i = 0; i < head.Headers.Count; i++)
        {
            var (name, value) = head.Headers[i];
            var shown = value;
            foreach (var one in credentials)
            {
                if (!name.Equals(one.Header, StringComparison.OrdinalIgnoreCase)) continue;
                var opened = Basic(value) is { } pair && pair.Contains(one.Placeholder, StringComparison.Ordinal) ? pair : null;
                if (opened is null && !value.Contains(one.Placeholder, StringComparison.Ordinal)) continue;
                used.Add(one.Variable);
                shown = opened ?? value;
                var real = shown.Replace(one.Placeholder, one.Value, StringComparison.Ordinal);
                if (opened is not null)
                {
                    real = "Basic " + Convert.ToBase64String(Encoding.Latin1.GetBytes(real));
                    var packed = Encoding.ASCII.GetBytes(real[6..]);
                    if (!hidden.Exists(pair => pair.Hidden.AsSpan().SequenceEqual(packed))) hidden.Add((packed, Encoding.ASCII.GetBytes(value[6..].Trim())));
                }
                head.Headers[i] = (name, value = real);
            }
            foreach (var one in credentials) shown = shown.Replace(one.Placeholder, Neutral, StringComparison.Ordinal);
            text.Append(name).Append(": ").Append(shown).Append('\n');
        }
        var judged = text.ToString();
        foreach (var one in credentials) judged = judged.Replace(one.Placeholder, Neutral, StringComparison.Ordinal);
        return (judged, used);
    }

    private static string? Basic(string value)
    {
        if (!value.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        var bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value[6..].Trim(), bytes, out var length) ? Encoding.Latin1.GetString(bytes, 0, length) : null;
    }

    private async Task<bool> Answer(string method, bool isOld, CancellationToken cancellation)
    {
        HttpHead? head;
        int status;
        do
        {
            head = await far.Head(cancellation).ConfigureAwait(false) is { } bytes ? HttpHead.Parse(bytes) : null;
            if (head is null || head.First.Split(' ', 3) is not [['H', 'T', 'T', 'P', '/', '1', '.', ..], var code, ..] || !int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out status) || status == 101)
                return await Refuse("502 Bad Gateway", $"{destination.Name} gave no answer that can be read", cancellation).ConfigureAwait(false);
        }
        while (status < 200);
        var form = method == "HEAD" || status is 204 or 304 ? BodyForm.None : head.Body == BodyForm.None && head["Content-Length"] is null ? BodyForm.Rest : head.Body;
        far.Begin(form, head.Length);
        var isText = IsText(head["Content-Type"]);
        var mask = new EchoMask(hidden, sameLength: form == BodyForm.Sized && !isText);
        var whole = form == BodyForm.Sized && isText && head.Length <= Whole;
        var reframed = form is BodyForm.Chunked or BodyForm.Rest || (form == BodyForm.Sized && isText && !whole);
        var ends = head.Closes || form == BodyForm.Rest || isOld;
        head.RemoveHops();
        head.First = Encoding.Latin1.GetString(Masked(head.First));
        for (var i = 0; i < head.Headers.Count; i++) head.Headers[i] = (head.Headers[i].Name, Encoding.Latin1.GetString(Masked(head.Headers[i].Value)));
        if (ends) head.Headers.Add(("Connection", "close"));
        byte[]? first = null;
        if (whole)
        {
            var all = new byte[head.Length];
            for (int at = 0, more; at < all.Length && (more = await far.Read(all.AsMemory(at), cancellation).ConfigureAwait(false)) > 0;) at += more;
            count.Receives(all.Length);
            first = mask.Take(all, isLast: true);
        }
        if (whole || reframed) head.Remove("Content-Length");
        if (whole) head.Headers.Add(("Content-Length", first!.Length.ToString(CultureInfo.InvariantCulture)));
        if (reframed && !isOld) head.Headers.Add(("Transfer-Encoding", "chunked"));
        var bytesOfHead = head.ToBytes();
        count.Receives(bytesOfHead.Length);
        await near.Write(bytesOfHead, cancellation).ConfigureAwait(false);
        if (first is not null) await near.Write(first, cancellation).ConfigureAwait(false);
        else if (form != BodyForm.None) await Lead(mask, reframed && !isOld, cancellation).ConfigureAwait(false);
        return !ends;
    }

    private async Task Lead(EchoMask mask, bool chunked, CancellationToken cancellation)
    {
        var buffer = new byte[32 * 1024];
        while (await far.Read(buffer, cancellation).ConfigureAwait(false) is > 0 and var got)
        {
            count.Receives(got);
            await near.WritePiece(mask.Take(buffer.AsSpan(0, got), isLast: false), chunked, cancellation).ConfigureAwait(false);
        }
        await near.WritePiece(mask.Take([], isLast: true), chunked, cancellation).ConfigureAwait(false);
        await near.WriteEnd(chunked, cancellation).ConfigureAwait(false);
    }

    private byte[] Masked(string text) => new EchoMask(hidden, sameLength: false).Take(Encoding.Latin1.GetBytes(text), isLast: true);

    private static bool IsText(string? type) => type is null || type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type.Contains("json", StringComparison.OrdinalIgnoreCase)
        || type.Contains("xml", StringComparison.OrdinalIgnoreCase) || type.Contains("javascript", StringComparison.OrdinalIgnoreCase) || type.Contains("urlencoded", StringComparison.OrdinalIgnoreCase);
}
