using System.Buffers.Binary;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Stray;

/// <summary>Recorded network traffic: cookies, tokens and internal addresses as they went over the wire.</summary>
internal sealed class TrafficCapture : EntryDetector
{
    private static readonly Rule Found = new("stray.traffic-capture", Severity.Medium, Blocking.WhenClosed, "Recorded network traffic",
        "Leave it out, or replace it by a recording made up for the purpose.", "session.har in a package");

    public override IReadOnlyList<Rule> Rules => [Found];

    public override void Inspect(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (head.Length < 24) return;
        if (IsPacketCapture(head)) sink.Report(Found, $"{entry.Name} is a packet capture");
        else if (entry.Extension == ".har" && head.IndexOf("\"log\""u8) >= 0) sink.Report(Found, $"{entry.Name} is a browser's recording of its requests, with cookies and headers");
    }

    // draft-ietf-opsawg-pcap and -pcapng: magic, then a version or a byte order.
    private static bool IsPacketCapture(ReadOnlySpan<byte> head) => BinaryPrimitives.ReadUInt32LittleEndian(head) switch
    {
        0xA1B2C3D4 or 0xA1B23C4D => head[4] == 2,
        0xD4C3B2A1 or 0x4D3CB2A1 => head[5] == 2,
        0x0A0D0D0A => BinaryPrimitives.ReadUInt32LittleEndian(head[8..]) is 0x1A2B3C4D or 0x4D3C2B1A,
        _ => false,
    };

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Found.Id, "dump.bin", [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]),
        Sample.Hit(Found.Id, "session.har", "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"x\"},\"entries\":[]}}"),
        Sample.Miss("logs.json", "{\"log\":{\"version\":\"1.2\",\"entries\":[]}}"),
    ];
}
