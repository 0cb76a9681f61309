using Sallyport.Engine.Events;

namespace Sallyport.Agent;

/// <summary>Exit codes that scripts rely on.</summary>
internal static class AgentExit
{
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Interrupted = 130;

    public static int Of(Outcome outcome) => outcome switch
    {
        Outcome.Done => 0,
        Outcome.Failed => Failed,
        Outcome.Stopped => 3,
        Outcome.Limit => 4,
        _ => Interrupted,
    };
}
