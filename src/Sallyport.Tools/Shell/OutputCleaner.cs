namespace Sallyport.Tools.Shell;

/// <summary>
/// Takes a terminal's language out of a stream of output: escape sequences go, a line that was drawn over and over (a progress bar)
/// stays once, as it was last. Plain output passes at memory speed, and memory is bounded whatever comes.
/// </summary>
internal sealed class OutputCleaner(OutputCapture next)
{
    private const byte Escape = 0x1b, Return = (byte)'\r', Feed = (byte)'\n', Back = 8, Bell = 7;
    private const int LongestLine = 64 * 1024, LongestSequence = 4096;

    /// <summary>The line that is not ended yet.</summary>
    private byte[] line = new byte[256];
    private int length;

    /// <summary>The beginning of the line was handed on already.</summary>
    private bool begun;

    /// <summary>The cursor went back to the line's start; what comes draws over it, unless it is the line's end.</summary>
    private bool returned;

    private State state;
    private int sequence;
    private int number;

    private enum State { Text, Escaped, Intermediate, Control, String, StringEscaped }

    public void Add(ReadOnlySpan<byte> output)
    {
        while (!output.IsEmpty)
        {
            if (state != State.Text)
            {
                Step(output[0]);
                output = output[1..];
                continue;
            }
            var special = output.IndexOfAny(Escape, Return, Back);
            if (special != 0)
            {
                var plain = special < 0 ? output : output[..special];
                Plain(plain);
                output = output[plain.Length..];
                continue;
            }
            switch (output[0])
            {
                case Return: returned = true; break;
                case Back: Remove(); break;
                default: (state, sequence) = (State.Escaped, 0); break;
            }
            output = output[1..];
        }
    }

    /// <summary>Hands on the line that is not ended yet.</summary>
    public void Flush()
    {
        if (length == 0) return;
        next.Add(line.AsSpan(0, length));
        (length, begun) = (0, true);
    }

    private void Plain(ReadOnlySpan<byte> plain)
    {
        if (returned)
        {
            returned = false;
            if (plain[0] != Feed)
            {
                length = 0;
                if (begun) next.Add("\n"u8);
                begun = false;
            }
        }
        var end = plain.LastIndexOf(Feed) + 1;
        if (end > 0)
        {
            Flush();
            next.Add(plain[..end]);
            begun = false;
            plain = plain[end..];
        }
        if (length + plain.Length > LongestLine)
        {
            Flush();
            next.Add(plain);
            begun = true;
            return;
        }
        if (length + plain.Length > line.Length) Array.Resize(ref line, Math.Min(LongestLine, Math.Max(line.Length * 4, length + plain.Length)));
        plain.CopyTo(line.AsSpan(length));
        length += plain.Length;
    }

    private void Remove()
    {
        while (length > 0 && (line[--length] & 0xC0) == 0x80)
        {
        }
    }

    private void Step(byte one)
    {
        if (++sequence > LongestSequence)
        {
            state = State.Text;
            return;
        }
        switch (state)
        {
            case State.Escaped:
                (state, number) = one switch
                {
                    (byte)'[' => (State.Control, 0),
                    (byte)']' or (byte)'P' or (byte)'^' or (byte)'_' or (byte)'X' => (State.String, 0),
                    >= 0x20 and < 0x30 => (State.Intermediate, 0),
                    _ => (State.Text, 0),
                };
                break;
            case State.Intermediate:
                if (one >= 0x30) state = State.Text;
                break;
            case State.Control:
                if (one is >= (byte)'0' and <= (byte)'9') number = Math.Min(1000, (number * 10) + one - '0');
                else if (one is >= 0x40 and < 0x7f)
                {
                    state = State.Text;
                    // Erase the whole line; to its first column.
                    if ((one == 'K' && number == 2) || (one == 'G' && number <= 1)) returned = true;
                }
                break;
            case State.String:
                if (one == Bell) state = State.Text;
                else if (one == Escape) state = State.StringEscaped;
                break;
            case State.StringEscaped:
                state = one == '\\' ? State.Text : State.String;
                break;
        }
    }
}
