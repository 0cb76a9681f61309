using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Tests.Detectors;

/// <summary>Every detector on the shelf meets its own hits and misses, through the whole check.</summary>
public sealed class SampleTests
{
    public static TheoryData<string> Names => [.. Catalogue.All.Detectors.Where(d => d is not PackageDetector).Select(d => d.GetType().FullName!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Finds_its_hits_and_leaves_its_misses_alone(string name)
    {
        var detector = Catalogue.All.Detectors.Single(d => d.GetType().FullName == name);
        var own = detector.Rules.Select(r => r.Id).ToHashSet();
        Assert.NotEmpty(detector.Samples);
        var errors = new List<string>();
        foreach (var sample in detector.Samples)
        {
            var report = Checks.CheckFile(sample.FileName, sample.Content, profile: Profile.Closed);
            var met = report.Rules().Where(own.Contains).ToArray();
            if (sample.Rule is { } rule && !met.Contains(rule)) errors.Add($"{name} misses {rule} in {sample.FileName}: {System.Text.Encoding.UTF8.GetString(sample.Content)}");
            if (sample.Rule is null && met.Length != 0) errors.Add($"{name} finds {string.Join(", ", met)} in {sample.FileName}: {System.Text.Encoding.UTF8.GetString(sample.Content)}");
            Assert.Empty(report.Skipped);
        }
        Assert.True(errors.Count == 0, string.Join("\n", errors));
    }

    [Fact]
    public void Rule_ids_are_unique_and_belong_to_a_known_family()
    {
        string[] families = ["source-map", "source", "debug", "secret", "term", "weights", "stray", "manifest", "drift", "archive"];
        Assert.All(Catalogue.All.Rules, rule => Assert.Contains(rule.Family, families));
        var twice = Catalogue.All.Detectors.SelectMany(d => d.Rules.Select(r => (r.Id, Detector: d.GetType().Name)).Distinct())
            .GroupBy(r => r.Id).Where(g => g.Count() > 1).Select(g => g.Key);
        Assert.Empty(twice);
    }
}
