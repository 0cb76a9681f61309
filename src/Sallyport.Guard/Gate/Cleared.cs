namespace Sallyport.Guard.Gate;

/// <summary>
/// Something that the gate let pass to one destination. Only <see cref="ExitGate"/> makes one, and whoever sends takes
/// nothing else: what has not been seen cannot be sent.
/// </summary>
/// <typeparam name="T">What leaves: a model request, a web request, a commit.</typeparam>
public sealed class Cleared<T>
{
    internal Cleared(T value, Destination destination) => (Value, Destination) = (value, destination);

    /// <summary>What may leave.</summary>
    public T Value { get; }

    /// <summary>Where to, and nowhere else.</summary>
    public Destination Destination { get; }
}

/// <summary>Where something would go.</summary>
/// <param name="Kind">The channel: <c>model</c>, <c>web</c>, <c>git</c>, <c>package</c>.</param>
/// <param name="Name">Who receives it: a host name with port, a remote, a registry.</param>
public sealed record Destination(string Kind, string Name);
