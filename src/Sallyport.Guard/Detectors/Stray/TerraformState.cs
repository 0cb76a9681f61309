using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Stray;

/// <summary>Terraform's record of what it built: every attribute in plain text, passwords among them.</summary>
internal sealed class TerraformState : EntryDetector
{
    private static readonly Rule Found = new("stray.terraform-state", Severity.High, Blocking.Always, "Terraform state",
        "Leave it out, keep state in a remote back end, and replace the secrets it names.", "terraform.tfstate in a package");

    public override IReadOnlyList<Rule> Rules => [Found];

    public override void Inspect(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (head.IsEmpty || head[0] != '{' || head.IndexOf("\"terraform_version\""u8) < 0) return;
        if (head.IndexOf("\"lineage\""u8) < 0 && head.IndexOf("\"planned_values\""u8) < 0) return;
        sink.Report(Found, $"{entry.Name} lists infrastructure with all its attributes");
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Found.Id, "terraform.tfstate", "{\n  \"version\": 4,\n  \"terraform_version\": \"1.9.0\",\n  \"serial\": 3,\n  \"lineage\": \"x\",\n  \"resources\": []\n}\n"),
        Sample.Miss("versions.json", "{\"terraform_version\": \"1.9.0\"}\n"),
    ];
}
