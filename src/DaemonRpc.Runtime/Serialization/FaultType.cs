using System.ComponentModel;
using DaemonRpc.Protocol;

namespace DaemonRpc.Serialization;

/// <summary>A type of a contract's faults, which can be read if a daemon names it. Created by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class FaultType
{
    private static FaultType[] s_all = [];

    private protected FaultType()
    {
    }

    /// <summary>Creates the description of a type.</summary>
    public static FaultType Of<T>() => new Typed<T>();

    /// <summary>Makes a contract's types known to this process. From any thread.</summary>
    internal static void Add(IEnumerable<FaultType> types)
    {
        FaultType[] added = [.. types];
        FaultType[] before;
        do
        {
            before = s_all;
        }
        while (Interlocked.CompareExchange(ref s_all, [.. before, .. added], before) != before);
    }

    /// <summary>Returns the name by which a daemon names a type.</summary>
    internal static string NameOf<T>() => typeof(T).ToString();

    /// <summary>Creates the exception for an error, with its fault if that is known here and can be read.</summary>
    internal static DaemonException ToException(ErrorMessage error)
    {
        if (error.FaultType.Length == 0 || Array.Find(s_all, type => type.Name == error.FaultType) is not { } known)
        {
            return error.ToException();
        }

        try
        {
            return known.Read(error);
        }
        catch (DaemonProtocolException unreadable)
        {
            return (error with { Message = $"{error.Message} (Its fault could not be read: {unreadable.Message})" }).ToException();
        }
    }

    private protected abstract string Name { get; }

    private protected abstract DaemonException Read(ErrorMessage error);

    private sealed class Typed<T> : FaultType
    {
        private protected override string Name { get; } = NameOf<T>();

        private protected override DaemonException Read(ErrorMessage error)
        {
            T? fault = default;
            _ = Value.Read(error.Fault.Span, ref fault, "fault");
            return new DaemonFaultException<T>(fault!, error.Message, error.Type, error.StackTrace);
        }
    }
}
