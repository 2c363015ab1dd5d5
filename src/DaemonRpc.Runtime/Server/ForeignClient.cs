using DaemonRpc.Protocol;

namespace DaemonRpc.Server;

/// <summary>Recognises clients that want another product's daemon, whose id is the same.</summary>
internal static class ForeignClient
{
    /// <summary>Returns the goodbye for a client that this daemon does not serve; null for any other.</summary>
    /// <param name="hello">The client's introduction.</param>
    /// <param name="welcome">The daemon's.</param>
    /// <param name="contract">The name of the daemon's contract.</param>
    public static Goodbye? Refuse(Hello hello, Welcome welcome, string contract)
    {
        bool wrongDaemon = hello.Id.Length > 0 && (hello.Id != welcome.Id || hello.Instance != welcome.Instance);
        bool wrongContract = hello.Contract.Length > 0 && hello.Contract != contract;
        if (wrongDaemon || wrongContract)
        {
            return Foreign($"serves '{welcome.Id}' with the contract {contract}; "
                + $"{hello.Program} wants '{hello.Id}' with the contract {hello.Contract}. Two products use one id: give one of them another.");
        }

        if (hello.IsProgramBuild && hello.Program != welcome.Program)
        {
            return Foreign($"would never be replaced by {hello.Program}, which shares its contract {contract}, nor the other way round: they are different programs. "
                + "Give one of them another id or instance, or have both launch one program: DaemonLaunch.Executable.");
        }

        return null;

        Goodbye Foreign(string how) => new()
        {
            Reason = GoodbyeReason.Foreign,
            Message = $"The daemon that answers (process {welcome.ProcessId}, {welcome.Program}) {how}",
        };
    }
}
