using System.Formats.Tar;
using System.Text;

namespace Sallyport.Guard.Tests.Detectors;

/// <summary>Models that are archives of pickles and arrays.</summary>
public sealed class ArchivedWeightsTests
{
    [Fact]
    public void Finds_a_pytorch_checkpoint_under_any_name_and_counts_its_parameters()
    {
        using var folder = new TempFolder();
        folder.Write("torch/__init__.py", "class FloatStorage: pass\nclass HalfStorage: pass\n");
        folder.Write("torch/_utils.py", "def _rebuild_tensor_v2(*a): return a\n");
        folder.Write("make.py", """
            import pickle, tarfile, collections, torch, torch._utils
            class Storage:
                def __init__(self, key, n): self.key, self.n = key, n
            class Tensor:
                def __init__(self, s, shape): self.s, self.shape = s, shape
                def __reduce__(self): return (torch._utils._rebuild_tensor_v2, (self.s, 0, self.shape, (1,), False, collections.OrderedDict()))
            class Pickler(pickle.Pickler):
                def persistent_id(self, o):
                    return ('storage', torch.FloatStorage, o.key, 'cpu', o.n) if isinstance(o, Storage) else None
            state = collections.OrderedDict(('layer.%d.weight' % i, Tensor(Storage(str(i), 70000 + i), (70000 + i,))) for i in range(3))
            import io
            b = io.BytesIO(); Pickler(b, 2).dump(state)
            with tarfile.open('model', 'w') as z:
                m = tarfile.TarInfo('archive/data.pkl'); m.size = len(b.getvalue()); z.addfile(m, io.BytesIO(b.getvalue()))
            """);
        Tools.Run(folder.Path, "python3", "make.py");
        var report = Checks.CheckFile("lib/blob.js", File.ReadAllBytes(Path.Combine(folder.Path, "model")), profile: Profile.Open);
        var finding = Assert.Single(report.Findings, f => f.Rule.Id == "weights.pytorch");
        Assert.Equal(3L, finding.Evidence["tensors"]);
        Assert.Equal(210_003L, finding.Evidence["parameters"]);
    }

    [Fact]
    public void Finds_arrays_inside_an_archive_by_the_names_around_them()
    {
        var array = Array(400);
        using var npz = new MemoryStream();
        using (var tar = new TarWriter(npz, leaveOpen: true)) tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "layer1.kernel.npy") { DataStream = new MemoryStream(array) });
        Assert.Contains("weights.numpy", Checks.CheckFile("a.tar", npz.ToArray(), profile: Profile.Open).Rules());
        Assert.DoesNotContain(Checks.CheckFile("mean.npy", array, profile: Profile.Open).Findings, f => f.IsBlocking);
        Assert.Contains(Checks.CheckFile("mean.npy", Array(1 << 20), profile: Profile.Open).Findings, f => f.IsBlocking);
    }

    private static byte[] Array(int floats)
    {
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({floats},), }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. Encoding.ASCII.GetBytes(text), .. new byte[floats * 4]];
    }
}
