using System.Text;
using Sallyport.Guard.Artifacts;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Targets;

/// <summary>A text that is no file, given with the request: a commit's message before there is a commit, the names of branches.</summary>
internal sealed class TextTarget : TargetReader
{
    public override int Order => -10;

    public override bool Recognises(string target, TargetOptions options) => options.Texts.ContainsKey(target);

    public override TargetInfo Read(string target, TargetOptions options, Func<long, ScanRun> begin, CancellationToken cancellation)
    {
        var text = Encoding.UTF8.GetBytes(options.Texts[target]);
        begin(text.Length).Visit(new Entry { Path = target, InPackage = target, DeclaredSize = text.Length, Origin = Origin.Derived }, new MemoryReadStream(text));
        return new TargetInfo("text", null) { Profile = (Profile.Open, "a text that is meant to be read") };
    }
}
