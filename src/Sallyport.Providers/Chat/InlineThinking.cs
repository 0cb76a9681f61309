using Sallyport.Engine.Models;

namespace Sallyport.Providers.Chat;

/// <summary>
/// Some local servers leave a model's reasoning in its text, between think tags at the very beginning. It is told apart here,
/// wherever the pieces are cut; tags anywhere else are text.
/// </summary>
internal sealed class InlineThinking
{
    private const string Open = "<think>";
    private const string Close = "</think>";

    private State _state;
    private string _held = "";
    private bool _began;

    private enum State { Beginning, Inside, After, Text }

    public void Add(string text, List<ModelDelta> deltas)
    {
        if (_state == State.Text)
        {
            deltas.Add(new TextDelta(text));
            return;
        }
        _held += text;
        if (_state == State.Beginning)
        {
            var start = _held.AsSpan().TrimStart();
            if (start.Length < Open.Length && Open.AsSpan().StartsWith(start)) return;
            if (!start.StartsWith(Open))
            {
                Flush(State.Text, deltas);
                return;
            }
            _held = start[Open.Length..].ToString();
            _state = State.Inside;
        }
        if (_state == State.Inside)
        {
            if (!_began) _held = _held.TrimStart();
            if (_held.Length == 0) return;
            _began = true;
            var end = _held.IndexOf(Close, StringComparison.Ordinal);
            if (end < 0)
            {
                var safe = _held.Length - Partial(_held);
                if (safe > 0) deltas.Add(new ThinkingDelta(_held[..safe]));
                _held = _held[safe..];
                return;
            }
            if (end > 0) deltas.Add(new ThinkingDelta(_held[..end]));
            deltas.Add(new ThinkingEnd(null));
            _held = _held[(end + Close.Length)..];
            _state = State.After;
        }
        _held = _held.TrimStart();
        if (_held.Length > 0) Flush(State.Text, deltas);
    }

    /// <summary>No more text comes, for now: what was held back is what it seems to be.</summary>
    public void End(List<ModelDelta> deltas)
    {
        if (_state == State.Inside)
        {
            if (_held.Length > 0) deltas.Add(new ThinkingDelta(_held));
            deltas.Add(new ThinkingEnd(null));
            (_held, _state) = ("", State.Text);
        }
        else if (_held.Length > 0)
        {
            Flush(State.Text, deltas);
        }
    }

    private void Flush(State next, List<ModelDelta> deltas)
    {
        deltas.Add(new TextDelta(_held));
        (_held, _state) = ("", next);
    }

    // How many characters at the end may be the beginning of the closing tag.
    private static int Partial(string text)
    {
        for (var n = Math.Min(Close.Length - 1, text.Length); n > 0; n--)
            if (text.AsSpan(text.Length - n).SequenceEqual(Close.AsSpan(0, n))) return n;
        return 0;
    }
}
