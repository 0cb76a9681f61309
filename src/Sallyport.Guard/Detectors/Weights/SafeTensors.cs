using System.Buffers.Binary;
using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Weights;

/// <summary>safetensors: eight bytes of header length, then JSON that lists the tensors.</summary>
internal sealed class SafeTensors : WeightsDetector
{
    private const long MaxHeader = 100_000_000; // as the format's own readers

    private static readonly Rule Found = WeightsRule("safetensors", "Model weights (safetensors)", "model.safetensors, or the same under any name");

    public override IReadOnlyList<Rule> Rules => [Found];

    protected override int HeaderBytes => 4 << 20;

    protected override bool Recognises(Entry entry, ReadOnlySpan<byte> head)
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(head);
        if (length is < 2 or > MaxHeader || head.Length < 10 || head[8] != '{') return false;
        var json = head[8..(int)Math.Min((ulong)head.Length, 8 + length)];
        return json.IndexOf("\"data_offsets\""u8) >= 0 || json[1..].TrimStart(" \n"u8).StartsWith("\"__metadata__\""u8);
    }

    protected override Model? Read(Entry entry, ReadOnlySpan<byte> header, long fileBytes)
    {
        var length = (long)BinaryPrimitives.ReadUInt64LittleEndian(header);
        var json = header[8..(int)Math.Min(header.Length, 8 + length)];
        var (tensors, parameters) = (0L, 0L);
        while (json.IndexOf("\"shape\""u8) is >= 0 and var at)
        {
            json = json[(at + 7)..];
            tensors++;
            parameters = Saturating(parameters, Elements(json));
        }
        if (tensors == 0 && header.IndexOf("\"__metadata__\""u8) < 0) return null;
        var isAdapter = header[..Math.Min(header.Length, 8 + (int)Math.Min(length, 64 * 1024))].IndexOf("lora_"u8) >= 0;
        return new Model(Found, isAdapter ? "safetensors (LoRA adapter)" : "safetensors") { Tensors = tensors, Parameters = parameters };
    }

    // After "shape": [2, 3]
    private static long Elements(ReadOnlySpan<byte> json)
    {
        var at = json.IndexOf((byte)'[');
        if (at is < 0 or > 16) return 0;
        var (product, number) = (1L, -1L);
        foreach (var value in json[(at + 1)..])
        {
            if (char.IsAsciiDigit((char)value)) number = Math.Min(Math.Max(number, 0) * 10 + value - '0', 1L << 40);
            else if (value is (byte)',' or (byte)']')
            {
                if (number >= 0) product = (long)Int128.Min((Int128)product * number, 1L << 60);
                number = -1;
                if (value == ']') return product;
            }
            else if (value != ' ') return 0;
        }
        return 0;
    }

    private static long Saturating(long a, long b) => a > (1L << 60) - b ? 1L << 60 : a + b;

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Found.Id, "data.bin", Made("{\"w\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}", 16)),
        Sample.Hit(Found.Id, "x.js", Made("{\"__metadata__\":{\"format\":\"pt\"},\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4)),
        Sample.Miss("x.json", "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}"),
        Sample.Miss("x.bin", Made("{\"name\":\"no tensors in here\"}", 16)),
    ];

    private static byte[] Made(string json, int data)
    {
        var file = new byte[8 + json.Length + data];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        Encoding.ASCII.GetBytes(json, file.AsSpan(8));
        return file;
    }
}
