namespace Sallyport.Guard.Detectors.Secrets.Formats;

/// <summary>A name and its value in a settings file; the value stays where it is in the text.</summary>
/// <param name="Name">The last part of the name.</param>
/// <param name="Parent">What it stands in: a section, an object, an element. "" at the top.</param>
/// <param name="Start">Where the value begins.</param>
/// <param name="Length">Its length in bytes.</param>
internal readonly record struct Field(string Name, string Parent, int Start, int Length);

/// <summary>Collects a file's fields up to a bound, so that a hostile file costs no more than a large honest one.</summary>
internal sealed class FieldList
{
    private const int Max = 20_000;
    private const int MaxName = 120;

    public List<Field> Items { get; } = [];

    public bool IsFull => Items.Count >= Max;

    public void Add(string name, string parent, int start, int length)
    {
        if (length > 0 && !IsFull) Items.Add(new Field(name, parent, start, length));
    }

    /// <summary>A name of printable ASCII; "" for anything else.</summary>
    public static string NameOf(ReadOnlySpan<byte> name) =>
        name.Length is 0 or > MaxName || name.IndexOfAnyExceptInRange((byte)32, (byte)126) >= 0 ? "" : System.Text.Encoding.ASCII.GetString(name);
}
