using Sallyport.Engine.Models;
using Sallyport.Engine.Turns;

namespace Sallyport.Engine.Tests;

/// <summary>How long a run waits between two attempts.</summary>
public sealed class PatienceTests
{
    private static readonly Patience Usual = new();

    [Fact]
    public void Waits_grow_to_some_forty_seconds_in_all()
    {
        var waits = Enumerable.Range(1, Usual.Attempts - 1).Select(n => Usual.Before(Failure(), n, n, 0.5)!.Value).ToArray();
        Assert.Equal(TimeSpan.FromMilliseconds(200), waits[0]);
        Assert.Equal(waits, waits.Order());
        Assert.InRange(waits.Sum(w => w.TotalSeconds), 35, 45);
        Assert.Null(Usual.Before(Failure(), Usual.Attempts, Usual.Attempts, 0.5));
    }

    [Fact]
    public void What_the_server_asked_for_does_not_make_later_waits_longer()
    {
        Assert.InRange(Usual.Before(Failure(TimeSpan.FromSeconds(3)), 1, 0, 0)!.Value, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3.1));
        Assert.Equal(TimeSpan.FromMilliseconds(200), Usual.Before(Failure(), 2, 1, 0.5));
        Assert.Null(Usual.Before(Failure(TimeSpan.FromMinutes(10)), 1, 0, 0));
    }

    [Theory]
    [InlineData(0, 0.75)]
    [InlineData(1, 1.25)]
    public void Many_that_failed_at_once_do_not_come_back_at_once(double jitter, double share) =>
        Assert.Equal(Usual.FirstDelay * share, Usual.Before(Failure(), 1, 1, jitter));

    private static ProviderException Failure(TimeSpan? hint = null) => new(ProviderFailure.Overloaded, "busy") { RetryAfter = hint };
}
