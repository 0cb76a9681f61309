using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Weights;

/// <summary>Models that are written as text or as JSON: gradient-boosted trees, network descriptions beside their weights.</summary>
internal sealed class TextModels : WeightsDetector
{
    private static readonly Rule XgBoost = WeightsRule("xgboost", "An XGBoost model", "model.json or model.ubj", Severity.High);
    private static readonly Rule LightGbm = WeightsRule("lightgbm", "A LightGBM model", "model.txt", Severity.High);
    private static readonly Rule OpenVino = WeightsRule("openvino", "An OpenVINO network", "model.xml beside model.bin", Severity.High);
    private static readonly Rule Ncnn = WeightsRule("ncnn", "An ncnn network", "model.param beside model.bin", Severity.High);
    private static readonly Rule TfJs = WeightsRule("tfjs", "A TensorFlow.js model", "model.json with a weightsManifest", Severity.High);

    public override IReadOnlyList<Rule> Rules => [XgBoost, LightGbm, OpenVino, Ncnn, TfJs];

    protected override bool Recognises(Entry entry, ReadOnlySpan<byte> head) => Of(head) is not null;

    protected override Model? Read(Entry entry, ReadOnlySpan<byte> header, long fileBytes) => Of(header);

    private static Model? Of(ReadOnlySpan<byte> head)
    {
        switch (head[0])
        {
            case (byte)'{':
                var start = head[..Math.Min(head.Length, 4096)];
                if (start.StartsWith("{L\0\0\0\0\0\0\0\u0007learner"u8)) return new Model(XgBoost, "XGBoost (UBJSON)");
                var key = start[1..].TrimStart(" \r\n\t"u8);
                if (key.StartsWith("\"learner\""u8) && head.IndexOf("\"gradient_booster\""u8) >= 0) return new Model(XgBoost, "XGBoost");
                if (key.StartsWith("\"version\""u8) && start.IndexOf("\"learner\""u8) is > 0 and < 200) return new Model(XgBoost, "XGBoost");
                if ((start.IndexOf("\"modelTopology\""u8) >= 0 || start.IndexOf("graph-model"u8) >= 0 || start.IndexOf("layers-model"u8) >= 0) && head.IndexOf("\"weightsManifest\""u8) >= 0) return new Model(TfJs, "TensorFlow.js");
                return null;
            case (byte)'t':
                return head.StartsWith("tree\nversion=v"u8) || head.StartsWith("tree\r\nversion=v"u8) ? new Model(LightGbm, "LightGBM") : null;
            case (byte)'7':
                return head.StartsWith("7767517\n"u8) || head.StartsWith("7767517\r\n"u8) ? new Model(Ncnn, "ncnn") : null;
            case (byte)'<':
                var xml = head[..Math.Min(head.Length, 2048)];
                return xml.IndexOf("<net "u8) is >= 0 and < 200 && xml.IndexOf("<layers>"u8) > 0 && xml.IndexOf("<layer "u8) > 0 ? new Model(OpenVino, "OpenVINO") : null;
            default:
                return null;
        }
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(XgBoost.Id, "m.json", "{\"learner\":{\"attributes\":{},\"gradient_booster\":{\"model\":{\"trees\":[]}}},\"version\":[2,0,0]}"),
        Sample.Hit(XgBoost.Id, "m.bin", "{L\0\0\0\0\0\0\0\u0007learner{L\0\0\0\0\0\0\0\nattributes{}"),
        Sample.Hit(LightGbm.Id, "m.txt", "tree\nversion=v4\nnum_class=1\n"),
        Sample.Hit(OpenVino.Id, "m.xml", "<?xml version=\"1.0\"?>\n<net name=\"m\" version=\"11\">\n<layers>\n<layer id=\"0\" name=\"x\" type=\"Parameter\">"),
        Sample.Hit(Ncnn.Id, "m.param", "7767517\n3 3\nInput data 0 1 data\n"),
        Sample.Hit(TfJs.Id, "model.json", "{\"format\":\"graph-model\",\"modelTopology\":{},\"weightsManifest\":[{\"paths\":[\"group1-shard1of1.bin\"]}]}"),
        Sample.Miss("a.json", "{\"learner\":\"Ann\",\"course\":7}"),
        Sample.Miss("a.txt", "tree\nand version=v of something"),
        Sample.Miss("a.xml", "<net name=\"10.0.0.0/8\"><route/></net>"),
    ];
}
