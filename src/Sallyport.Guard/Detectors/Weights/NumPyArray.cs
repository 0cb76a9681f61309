using System.Buffers.Binary;
using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Weights;

/// <summary>
/// NumPy arrays, alone or in an .npz. Large arrays of floats and arrays named like weights count; small ones are data.
/// </summary>
internal sealed class NumPyArray : WeightsDetector
{
    private const long LargeBytes = 256 * 1024;

    private static readonly Rule Found = WeightsRule("numpy", "An array of numbers large or named like weights (NumPy)", "embeddings.npy", Severity.High);
    private static readonly Rule Small = new("weights.numpy-small", Severity.Note, Blocking.Never, "A small NumPy array", "Nothing to do when it is data.", "mean.npy of 2 KB");

    private static readonly string[] Names = ["weight", "model", "embed", "checkpoint", "ckpt", "param", "layer", "kernel", "bias", "conv", "attention", "encoder", "decoder", "lora", "tensor"];

    public override IReadOnlyList<Rule> Rules => [Found, Small];

    protected override int HeaderBytes => 4096;

    protected override bool Recognises(Entry entry, ReadOnlySpan<byte> head) => head[0] == 0x93 && head[1..].StartsWith("NUMPY"u8);

    protected override Model? Read(Entry entry, ReadOnlySpan<byte> header, long fileBytes)
    {
        if (header.Length < 12 || header[6] is 0 or > 9) return null;
        var start = header[6] == 1 ? 10 : 12;
        var length = header[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        var text = Encoding.Latin1.GetString(header[start..][..(int)Math.Min(length, (uint)(header.Length - start))]);
        if (!text.Contains("'descr'", StringComparison.Ordinal)) return null;
        var isFloat = text.Contains("f2'", StringComparison.Ordinal) || text.Contains("f4'", StringComparison.Ordinal) || text.Contains("f8'", StringComparison.Ordinal) || text.Contains("V2'", StringComparison.Ordinal) || text.Contains("|O'", StringComparison.Ordinal);
        var isLarge = fileBytes >= LargeBytes && isFloat || fileBytes >= 16 * LargeBytes;
        return new Model(isLarge || IsNamedSo(entry) ? Found : Small, "NumPy array") { Tensors = 1, Parameters = Elements(text) };
    }

    private static bool IsNamedSo(Entry entry)
    {
        // The array's own name and the .npz around it.
        var tail = entry.Path.Split('/')[^Math.Min(2, entry.Path.Split('/').Length)..];
        return tail.Any(part => Names.Any(name => part.Contains(name, StringComparison.OrdinalIgnoreCase)));
    }

    private static long? Elements(string text)
    {
        var open = text.IndexOf("'shape': (", StringComparison.Ordinal);
        if (open < 0) return null;
        var close = text.IndexOf(')', open);
        if (close < 0) return null;
        Int128 product = 1;
        foreach (var part in text[(open + 10)..close].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!long.TryParse(part, out var n) || n < 0) return null;
            product = Int128.Min(product * n, 1L << 60);
        }
        return (long)product;
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Found.Id, "x.dat", Made(100_000)),
        Sample.Hit(Found.Id, "layer_0_weights.npy", Made(100)),
        Sample.Hit(Small.Id, "mean.npy", Made(100)),
        Sample.Miss("x.md", "\u0093NUMPY is how an array begins"),
    ];

    private static byte[] Made(int floats)
    {
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({floats},), }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. Encoding.ASCII.GetBytes(text), .. new byte[floats * 4]];
    }
}
