using System.Buffers.Binary;
using System.Text;

namespace Sallyport.Guard.Tests.Detectors;

/// <summary>Model files as their own libraries lay them out; the pickles are Python's own.</summary>
public sealed class WeightsTests
{
    [Fact]
    public void Counts_tensors_in_a_header_of_many_megabytes()
    {
        var json = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
        for (var i = 0; i < 30_000; i++) json.Append($",\"model.layers.{i}.self_attn.q_proj.weight\":{{\"dtype\":\"F16\",\"shape\":[10, 20],\"data_offsets\":[{i * 400},{i * 400 + 400}]}}");
        json.Append('}');
        var file = new byte[8 + json.Length + 20_000_000];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        Encoding.ASCII.GetBytes(json.ToString(), file.AsSpan(8));
        var report = Checks.CheckFile("assets/data.bin", file, profile: Profile.Open);
        var finding = Assert.Single(report.Findings, f => f.Rule.Id == "weights.safetensors");
        Assert.True(finding.IsBlocking);
        Assert.Equal(30_000L, finding.Evidence["tensors"]);
        Assert.Equal(6_000_000L, finding.Evidence["parameters"]);
        Assert.Equal((long)file.Length, finding.Evidence["bytes"]);
        Assert.Empty(report.Skipped);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Knows_a_pickled_model_of_every_protocol(int protocol)
    {
        using var folder = new TempFolder();
        folder.Write("sklearn/__init__.py", "");
        folder.Write("sklearn/svm.py", "class SVC:\n    def __init__(self):\n        self.coef_ = [1.5, 2.5]\n");
        Tools.Run(folder.Path, "python3", "-c", $"import pickle, sklearn.svm; pickle.dump({{'model': sklearn.svm.SVC(), 'n': 3}}, open('m', 'wb'), {protocol})");
        var report = Checks.CheckFile("static/cache.dat", File.ReadAllBytes(Path.Combine(folder.Path, "m")), profile: Profile.Open);
        Assert.True(Assert.Single(report.Findings, f => f.Rule.Id == "weights.pickle").IsBlocking);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void Leaves_pickles_of_plain_data_alone(int protocol)
    {
        using var folder = new TempFolder();
        Tools.Run(folder.Path, "python3", "-c", $"import pickle, collections, datetime; pickle.dump(collections.OrderedDict(torch=1, when=datetime.date(2020, 1, 1), names=['numpy', 'weight']), open('m', 'wb'), {protocol})");
        Assert.Empty(Checks.CheckFile("data.pkl", File.ReadAllBytes(Path.Combine(folder.Path, "m")), profile: Profile.Open).Findings);
    }

    [Fact]
    public void Takes_a_small_model_in_a_test_folder_for_a_fixture_and_a_large_one_not()
    {
        byte[] model = [0x1C, 0, 0, 0, .. "TFL3"u8, .. new byte[5000]];
        Assert.Equal(["weights.test-model"], Checks.CheckFile("test/fixtures/a.tflite", model, profile: Profile.Open).Rules());
        Assert.Equal(Verdict.Clean, Checks.CheckFile("test/fixtures/a.tflite", model, profile: Profile.Open).Verdict);
        Assert.Equal(Verdict.Blocked, Checks.CheckFile("dist/a.tflite", model, profile: Profile.Open).Verdict);
        Assert.Equal(Verdict.Blocked, Checks.CheckFile("test/fixtures/a.tflite", [.. model, .. new byte[200_000]], profile: Profile.Open).Verdict);
    }

    [Fact]
    public void Counts_initializers_of_an_onnx_graph()
    {
        byte[] node = [0x0A, 1, (byte)'x', 0x12, 1, (byte)'y', 0x22, 6, .. "MatMul"u8];
        byte[] tensor = [0x0A, 2, 3, 5, 0x10, 1, 0x42, 1, (byte)'w'];
        byte[] graph = [0x0A, (byte)node.Length, .. node, 0x12, 1, (byte)'g', 0x2A, (byte)tensor.Length, .. tensor, 0x2A, (byte)tensor.Length, .. tensor];
        byte[] file = [0x08, 8, 0x12, 7, .. "pytorch"u8, 0x3A, (byte)graph.Length, .. graph, 0x42, 2, 0x10, 17];
        var finding = Assert.Single(Checks.CheckFile("m", file, profile: Profile.Open).Findings, f => f.Rule.Id == "weights.onnx");
        Assert.Equal(2L, finding.Evidence["tensors"]);
        Assert.Equal(30L, finding.Evidence["parameters"]);
        Assert.Equal("pytorch", finding.Evidence["model"]);
    }
}
