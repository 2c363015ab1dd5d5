using System.ComponentModel;
using DaemonRpc.Program;
using DaemonRpc.Serialization;

namespace DaemonRpc.CodeGen;

/// <summary>What the generator knows of a contract and the runtime needs. Made once per contract, by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class DaemonContract
{
    /// <summary>What finds the daemon.</summary>
    public required string Id { get; init; }

    /// <summary>The contract's interface. Its module and full name tell two products with one id apart.</summary>
    public required Type Interface { get; init; }

    /// <summary>When the contract's assembly was built, in UTC ticks; 0 when the build supplied no time.</summary>
    public required long BuildTimestampTicks { get; init; }

    /// <summary>Registers the formatters of the contract's types. Called when one is first needed.</summary>
    public Action? RegisterFormatters
    {
        get;
        init
        {
            field = value;
            if (value is not null)
            {
                Formatters.Later(value);
            }
        }
    }

    /// <summary>Tells what the contract's values look like in bytes. Called when one is first read.</summary>
    public Action? DescribeValues
    {
        get;
        init
        {
            field = value;
            if (value is not null)
            {
                ValueShapes.Later(value);
            }
        }
    }

    internal ContractIdentity Identity => field ??= ContractIdentity.Of(Id, Interface, BuildTimestampTicks);
}
