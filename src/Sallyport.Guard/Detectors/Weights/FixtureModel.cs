using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Weights;

/// <summary>Model files by name alone: formats whose weights carry no mark of their own, and small ones in test folders.</summary>
internal sealed class FixtureModel : EntryDetector
{
    /// <summary>Reported by every weights detector in place of its own rule.</summary>
    public static readonly Rule Found = new("weights.test-model", Severity.Low, Blocking.WhenClosed, "A small model in a test folder",
        "Tests do not belong in a package; leave the folder out.", "test/fixtures/tiny.onnx");

    private static readonly Rule Named = new("weights.named", Severity.High, Blocking.Always, "A file named and filled like model weights",
        "Leave it out; if it is no model, give it another name or allow its path in sallyport.json.", "model.ckpt.data-00000-of-00001");

    public override IReadOnlyList<Rule> Rules => [Found, Named];

    public override void Inspect(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (!entry.IsBinary || head.Length < 32) return;
        var name = entry.Name;
        var format = entry.Extension switch
        {
            ".onnx_data" => "ONNX external data",
            ".pdiparams" or ".pdmodel" or ".pdopt" => "PaddlePaddle",
            ".caffemodel" => "Caffe",
            ".mlmodelc" => "Core ML",
            ".weights" when head.Length > 1024 => "Darknet",
            ".tflite" or ".ckpt" or ".gguf" or ".safetensors" => null, // known by content
            _ => IsCheckpointShard(name) ? "TensorFlow checkpoint" : IsTfJsShard(name) ? "TensorFlow.js weights" : null,
        };
        if (format is not null) sink.Report(Named, $"{format}: {name}", ("format", format));
    }

    // variables.data-00000-of-00001
    private static bool IsCheckpointShard(string name)
    {
        var at = name.LastIndexOf(".data-", StringComparison.Ordinal);
        return at > 0 && name.Length == at + 20 && name.AsSpan(at + 11, 4) is "-of-" && name.AsSpan(at + 6, 5).IndexOfAnyExceptInRange('0', '9') < 0 && name.AsSpan(at + 15).IndexOfAnyExceptInRange('0', '9') < 0;
    }

    // group1-shard1of4.bin
    private static bool IsTfJsShard(string name)
    {
        if (!name.StartsWith("group", StringComparison.Ordinal)) return false;
        var at = name.IndexOf("-shard", StringComparison.Ordinal);
        var of = name.IndexOf("of", Math.Max(at, 0), StringComparison.Ordinal);
        return at > 5 && of > at + 6 && char.IsAsciiDigit(name[at - 1]) && char.IsAsciiDigit(name[of - 1]);
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var noise = new byte[4096];
            new Random(5).NextBytes(noise);
            yield return Sample.Hit(Named.Id, "variables/variables.data-00000-of-00001", noise);
            yield return Sample.Hit(Named.Id, "model/group1-shard1of4.bin", noise);
            yield return Sample.Miss("variables.data-0-of-1.txt", "text, text, text, text, text, text, text");
            yield return Sample.Miss("group1.bin", noise);
        }
    }
}
