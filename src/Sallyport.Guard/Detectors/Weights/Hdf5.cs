using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Weights;

/// <summary>HDF5 files, which Keras and many others keep weights in.</summary>
internal sealed class Hdf5 : WeightsDetector
{
    private static readonly Rule Keras = WeightsRule("keras", "Model weights (Keras)", "model.h5, or model.weights.h5 in a .keras file");
    private static readonly Rule Found = WeightsRule("hdf5", "A store of arrays (HDF5)", "features.h5", Severity.High);

    public override IReadOnlyList<Rule> Rules => [Keras, Found];

    protected override int HeaderBytes => 1 << 20;

    protected override bool Recognises(Entry entry, ReadOnlySpan<byte> head)
    {
        // A user block may stand before the signature.
        for (var at = 0; at + 8 <= head.Length; at = at == 0 ? 512 : at * 2)
        {
            if (head[at..].StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10])) return true;
        }
        return false;
    }

    protected override Model? Read(Entry entry, ReadOnlySpan<byte> header, long fileBytes)
    {
        // netCDF-4: climate and survey data.
        if (header.IndexOf("_NCProperties"u8) >= 0) return null;
        var isKeras = header.IndexOf("keras_version"u8) >= 0 || header.IndexOf("layer_names"u8) >= 0 || header.IndexOf("model_weights"u8) >= 0 || header.IndexOf("weight_names"u8) >= 0
            || entry.Name.EndsWith(".weights.h5", StringComparison.OrdinalIgnoreCase);
        return isKeras ? new Model(Keras, "Keras (HDF5)") : new Model(Found, "HDF5");
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Keras.Id, "x.dat", [0x89, .. "HDF\r\n"u8, 26, 10, .. new byte[88], .. "layer_names"u8, .. new byte[100]]),
        Sample.Hit(Found.Id, "x.dat", [0x89, .. "HDF\r\n"u8, 26, 10, .. new byte[200]]),
        Sample.Hit(Found.Id, "y.dat", [.. new byte[512], 0x89, .. "HDF\r\n"u8, 26, 10, .. new byte[200]]),
        Sample.Miss("sea.nc", [0x89, .. "HDF\r\n"u8, 26, 10, .. new byte[88], .. "_NCProperties"u8, .. new byte[100]]),
    ];
}
