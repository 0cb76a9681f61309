using System.Buffers.Binary;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Weights;

/// <summary>Model formats that a fixed mark at the start gives away.</summary>
internal sealed class TensorMarks : WeightsDetector
{
    private static readonly Rule TfLite = WeightsRule("tflite", "A TensorFlow Lite model", "a model for phones, TFL3 at byte 4");
    private static readonly Rule Engine = WeightsRule("tensorrt", "A TensorRT engine", "model.engine");
    private static readonly Rule MxNet = WeightsRule("mxnet", "Model weights (MXNet)", "model-0000.params");
    private static readonly Rule ExecuTorch = WeightsRule("executorch", "An ExecuTorch program", "model.pte");
    private static readonly Rule FastText = WeightsRule("fasttext", "Model weights (fastText)", "model.bin or model.ftz");
    private static readonly Rule CatBoost = WeightsRule("catboost", "A CatBoost model", "model.cbm", Severity.High);
    private static readonly Rule CoreMlBlob = WeightsRule("coreml-blob", "Model weights (Core ML package)", "weights/weight.bin in an .mlpackage");
    private static readonly Rule Rknn = WeightsRule("rknn", "A Rockchip NPU model", "model.rknn");

    public override IReadOnlyList<Rule> Rules => [TfLite, Engine, MxNet, ExecuTorch, FastText, CatBoost, CoreMlBlob, Rknn];

    protected override int HeaderBytes => 128;

    protected override bool Recognises(Entry entry, ReadOnlySpan<byte> head) => Of(head) is not null;

    protected override Model? Read(Entry entry, ReadOnlySpan<byte> header, long fileBytes) => Of(header);

    private static Model? Of(ReadOnlySpan<byte> head)
    {
        if (head.Length < 16) return null;
        var first = BinaryPrimitives.ReadUInt32LittleEndian(head);
        var second = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        // A flatbuffer: offset of the root table, then the identifier.
        if (second == 0x334C4654 && first is >= 8 and < 1 << 20) return new Model(TfLite, "TensorFlow Lite");
        if (head[4] == 'E' && head[5] == 'T' && char.IsAsciiDigit((char)head[6]) && char.IsAsciiDigit((char)head[7]) && first is >= 8 and < 1 << 20) return new Model(ExecuTorch, "ExecuTorch");
        switch (first)
        {
            case 0x74727466 or 0x74727470 when second < 0x10000: return new Model(Engine, "TensorRT engine"); // "ftrt", "ptrt"
            case 0x112 when second == 0 && head.Length >= 28 && BinaryPrimitives.ReadUInt64LittleEndian(head[8..]) == 0
                && BinaryPrimitives.ReadUInt32LittleEndian(head[24..]) is 0xF993FAC8 or 0xF993FAC9 or 0xF993FACA:
                return new Model(MxNet, "MXNet parameters") { Tensors = Math.Min(BinaryPrimitives.ReadInt64LittleEndian(head[16..]), 1L << 32) };
            case 0x2F4F16BA when second is > 0 and < 64: return new Model(FastText, "fastText");
            case 0x314D4243: return new Model(CatBoost, "CatBoost"); // "CBM1"
            case 0x4E4E4B52: return new Model(Rknn, "RKNN"); // "RKNN"
        }
        // MIL blob storage: number of blobs, version, zeros to byte 64, then the first blob's sentinel.
        if (head.Length >= 72 && second is > 0 and < 16 && first is > 0 and < 1_000_000 && BinaryPrimitives.ReadUInt32LittleEndian(head[64..]) == 0xDEADBEEF && head[8..64].IndexOfAnyExcept((byte)0) < 0)
            return new Model(CoreMlBlob, "Core ML weights") { Tensors = first };
        return null;
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(TfLite.Id, "asset.bin", [0x1C, 0, 0, 0, .. "TFL3"u8, .. new byte[32]]),
        Sample.Hit(Engine.Id, "x.plan", [.. "ftrt"u8, 0, 0, 0, 0, .. new byte[32]]),
        Sample.Hit(MxNet.Id, "m.params", [0x12, 1, 0, 0, 0, 0, 0, 0, .. new byte[8], 3, 0, 0, 0, 0, 0, 0, 0, 0xC9, 0xFA, 0x93, 0xF9, .. new byte[8]]),
        Sample.Hit(ExecuTorch.Id, "m.bin", [0x30, 0, 0, 0, .. "ET12"u8, .. new byte[32]]),
        Sample.Hit(FastText.Id, "m.bin", [0xBA, 0x16, 0x4F, 0x2F, 12, 0, 0, 0, .. new byte[16]]),
        Sample.Hit(CatBoost.Id, "m.bin", [.. "CBM1"u8, 0, 1, 0, 0, .. new byte[16]]),
        Sample.Hit(Rknn.Id, "m.bin", [.. "RKNN"u8, 0, 0, 0, 0, .. new byte[16]]),
        Sample.Hit(CoreMlBlob.Id, "weight.bin", [2, 0, 0, 0, 2, 0, 0, 0, .. new byte[56], 0xEF, 0xBE, 0xAD, 0xDE, .. new byte[16]]),
        Sample.Miss("x.txt", "TFL3 and ftrt and CBM1 in a sentence"),
    ];
}
