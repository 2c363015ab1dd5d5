using System.ComponentModel;
using DaemonRpc.Program;
using DaemonRpc.Serialization;

namespace DaemonRpc.CodeGen;

/// <summary>Describes a contract to the runtime. Generated code creates one instance per contract.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class DaemonContract
{
    /// <summary>The contract's id. Id and instance together identify the daemon.</summary>
    public required string Id { get; init; }

    /// <summary>The contract's interface. The runtime tells two products with the same id apart by the interface's module and full name.</summary>
    public required Type Interface { get; init; }

    /// <summary>When the contract's assembly was built, in UTC ticks; 0 when the build supplied no time.</summary>
    public required long BuildTimestampTicks { get; init; }

    /// <summary>Registers the MemoryPack formatters of the contract's types. Runs when a formatter is first needed.</summary>
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

    /// <summary>Describes the byte layout of the contract's values, for the checks before reading. Runs when a value is first read.</summary>
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

    /// <summary>Describes the contract's methods, for the comparison with another build. Runs when a client or daemon of another build is met.</summary>
    public Action<MethodForms>? DescribeMethods { get; init; }

    /// <summary>
    /// Whether a method takes or returns a file or a stream of bytes. If not, neither client nor daemon takes descriptors, and receiving takes a little less time.
    /// </summary>
    public bool PassesDescriptors { get; init; }

    /// <summary>The types of the faults that the contract declares.</summary>
    public IReadOnlyList<FaultType> Faults
    {
        get;
        init
        {
            field = value;
            FaultType.Add(value);
        }
    } = [];

    internal ContractIdentity Identity => field ??= ContractIdentity.Of(Id, Interface, BuildTimestampTicks) with
    {
        PassesDescriptors = PassesDescriptors,
        Methods = DescribeMethods is { } describe ? new MethodTable(() => MethodForms.Of(describe)) : null,
    };
}
