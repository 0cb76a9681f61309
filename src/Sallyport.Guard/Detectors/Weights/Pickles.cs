using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Weights;

/// <summary>Pickled models: PyTorch (its zip's data.pkl, its older single file and tar), scikit-learn, joblib, plain dictionaries of arrays.</summary>
internal sealed class Pickles : WeightsDetector
{
    private const int LargeBytes = 256 * 1024;

    private static readonly Rule Torch = WeightsRule("pytorch", "Model weights (PyTorch)", "model.pt, also as data.pkl inside it");
    private static readonly Rule Pickled = WeightsRule("pickle", "A pickled model", "a scikit-learn estimator or a dictionary of arrays", Severity.High);
    private static readonly Rule Small = new("weights.pickle-small", Severity.Note, Blocking.Never, "A small pickle of arrays", "Nothing to do when it is data.", "stats.pkl of 2 KB");

    private static readonly string[] Makers =
    [
        "sklearn", "xgboost", "lightgbm", "catboost", "tensorflow", "keras", "paddle", "jax", "jaxlib", "flax", "transformers", "gensim", "spacy", "thinc", "statsmodels", "mxnet", "chainer", "fastai", "diffusers", "safetensors", "sentence_transformers", "onnx", "tinygrad", "mlx", "implicit", "lightfm", "surprise", "hmmlearn", "prophet",
    ];

    // The long that PyTorch wrote before 1.6, as LONG1.
    private static ReadOnlySpan<byte> TorchMagic => [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19];

    public override IReadOnlyList<Rule> Rules => [Torch, Pickled, Small];

    protected override int HeaderBytes => 1 << 20;

    protected override bool Recognises(Entry entry, ReadOnlySpan<byte> head)
    {
        if (Inflated(head, 256) is { } inflated) head = inflated;
        if (head.Length < 4) return false;
        if (head[0] == 0x80) return head[1] is > 0 and <= 5 && PickleWalk.Of(head[..Math.Min(head.Length, 256)], 8).IsPlausible;
        // Protocols 0 and 1 have no mark; what begins like one must stay one for a while, and import something.
        if (head[0] is not ((byte)'(' or (byte)'c' or (byte)'}' or (byte)']')) return false;
        var walk = PickleWalk.Of(head[..Math.Min(head.Length, 4096)], 64);
        return walk.IsPlausible && walk.Steps >= 4 && walk.Globals.Count > 0;
    }

    protected override Model? Read(Entry entry, ReadOnlySpan<byte> header, long fileBytes)
    {
        if (Inflated(header, HeaderBytes) is { } inflated) header = inflated;
        var walk = PickleWalk.Of(header);
        var isOldTorch = header.Length > 14 && header[2..].StartsWith(TorchMagic);
        var maker = isOldTorch ? "torch" : null;
        var hasArrays = false;
        foreach (var global in walk.Globals)
        {
            var module = global.AsSpan(0, global.AsSpan().IndexOfAny('.', ' '));
            if (module is "torch") maker = "torch";
            else if (module is "numpy" or "cupy" or "joblib") hasArrays |= global.Contains("array", StringComparison.Ordinal) || module is "joblib";
            else if (maker is null && Array.IndexOf(Makers, module.ToString()) >= 0) maker = module.ToString();
        }
        if (maker == "torch") return new Model(Torch, "PyTorch") { Tensors = walk.Storages > 0 ? walk.Storages : null, Parameters = walk.Storages > 0 ? walk.Parameters : null };
        if (maker is not null) return new Model(Pickled, $"pickle ({maker})");
        if (!hasArrays) return null;
        return new Model(fileBytes >= LargeBytes || walk.WeightNames > 0 ? Pickled : Small, "pickle (NumPy arrays)");
    }

    // joblib compresses with zlib and adds nothing of its own.
    private static byte[]? Inflated(ReadOnlySpan<byte> head, int limit) =>
        head.Length > 16 && head[0] == 0x78 && (head[0] << 8 | head[1]) % 31 == 0 ? Symbols.PortablePdb.Inflate(head[2..Math.Min(head.Length, 2 + 2 * limit)].ToArray(), limit, static _ => { }) : null;

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Torch.Id, "data", Protocol2("ctorch._utils\n_rebuild_tensor_v2\nq\u0001((X\u0007\0\0\0storageq\u0002ctorch\nFloatStorage\nq\u0003M\u0010\u0001tQK\0.")),
        Sample.Hit(Pickled.Id, "x.bin", Protocol2("csklearn.linear_model._base\nLinearRegression\nq\0)\u0081q\u0001.")),
        Sample.Hit(Pickled.Id, "x.pkl", "csklearn.svm\nSVC\np0\n(tRp1\n."),
        Sample.Hit(Small.Id, "stats.pkl", Protocol2("cnumpy.core.multiarray\n_reconstruct\nq\0.")),
        Sample.Hit(Pickled.Id, "x.joblib", Compressed(Protocol2("csklearn.linear_model._base\nLinearRegression\nq\0)\u0081q\u0001."))),
        Sample.Miss("a.z", Compressed(Encoding.ASCII.GetBytes("a text that is compressed, and nothing else"))),
        Sample.Miss("a.pkl", Protocol2("ccollections\nOrderedDict\nq\0)Rq\u0001.")),
        Sample.Miss("a.js", "const torch = require('torch')\nconst sklearn = 1\n"),
        Sample.Miss("b.js", "(function () {\nimport('torch.x')\n})()\n"),
    ];

    private static byte[] Compressed(byte[] content)
    {
        using var result = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(result, System.IO.Compression.CompressionLevel.Optimal)) zlib.Write(content);
        return result.ToArray();
    }

    private static byte[] Protocol2(string rest) => [0x80, 2, .. Encoding.Latin1.GetBytes(rest)];
}
