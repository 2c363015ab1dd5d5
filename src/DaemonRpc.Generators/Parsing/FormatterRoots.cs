using DaemonRpc.Generators.Model;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Collects the serialisers that a contract needs, down to the members of its records, so that code can name them.</summary>
/// <remarks>
/// MemoryPack finds serialisers by reflection. Native AOT can follow reflection only to types that code names. Serialisers of the
/// signatures' types are named for trimming too. Serialisers of members are named only for Native AOT: elsewhere, the code that MemoryPack
/// generates names them.
/// </remarks>
/// <param name="assembly">The contract's assembly.</param>
/// <param name="compilation">Creates the types of arrays in hidden members. If null, only the arrays' element types are collected.</param>
internal sealed class FormatterRoots(IAssemblySymbol assembly, Compilation? compilation = null)
{
    private readonly HashSet<string> _seen = [];
    private readonly Queue<INamedTypeSymbol> _unread = new();
    private readonly List<string> _packables = [];
    private readonly List<string> _formatters = [];
    private readonly List<string> _memberFormatters = [];
    private readonly List<PackableModel> _exact = [];
    private readonly List<string> _copied = [];
    private readonly List<ITypeSymbol> _types = [];
    private readonly List<INamedTypeSymbol> _unnamed = [];
    private readonly List<ISymbol> _misread = [];
    private bool _isMember;

    /// <summary>The packable types whose serialisers generated code should call, but that code of this assembly cannot name.</summary>
    public IEnumerable<INamedTypeSymbol> Unnamed => _unnamed;

    /// <summary>The members that do not arrive as they were sent.</summary>
    public IEnumerable<ISymbol> Misread => _misread;

    /// <summary>Every type that was visited.</summary>
    public IEnumerable<ITypeSymbol> Types => _types;

    /// <summary>The signatures' types that register themselves with MemoryPack, in the order of their first mention.</summary>
    public IEnumerable<string> Packables => _packables;

    /// <summary>Closed formatter types of the signatures' types. A contained type's formatter comes before its container's.</summary>
    public IEnumerable<string> Formatters => _formatters;

    /// <summary>Closed formatter types of the packable types' members.</summary>
    public IEnumerable<string> MemberFormatters => _memberFormatters;

    /// <summary>The packable types whose serialisers must be called by code that names the type.</summary>
    public IEnumerable<PackableModel> Exact => _exact;

    /// <summary>The packable structures whose registered serialiser must copy their bytes, as MemoryPack does with arrays of them.</summary>
    public IEnumerable<string> Copied => _copied;

    /// <summary>Adds the types of the packable types' members, recursively. Must be called last.</summary>
    public void AddMembers()
    {
        _isMember = true;
        while (_unread.Count > 0)
        {
            INamedTypeSymbol packable = _unread.Dequeue();
            _misread.AddRange(MisreadMembersOf(packable));
            foreach (ITypeSymbol part in MemoryPackMembers.PartsOf(packable, compilation))
            {
                Add(part);
            }
        }
    }

    /// <summary>Adds a type of a signature.</summary>
    public void Add(ITypeSymbol type)
    {
        if (MemoryPackTypes.IsRegistered(type) || !_seen.Add(SourceNames.Plain(type)) || type.IsTooNested())
        {
            return;
        }

        if (!type.CanBeNamedIn(assembly))
        {
            AddUnnamed(type);
            return;
        }

        _types.Add(type);
        switch (type)
        {
            case IArrayTypeSymbol array:
                AddArray(array);
                break;

            case { TypeKind: TypeKind.Enum }:
                AddFormatter("UnmanagedFormatter", type);
                break;

            case INamedTypeSymbol named:
                AddNamed(named);
                break;
        }
    }

    private void AddArray(IArrayTypeSymbol array)
    {
        Add(array.ElementType);
        bool isRegistered = array.IsSZArray && MemoryPackTypes.IsRegistered(array.ElementType);
        if (!isRegistered && MemoryPackTypes.FormatterOf(array) is { } formatter)
        {
            AddFormatter(formatter, array.ElementType);
        }
    }

    private void AddNamed(INamedTypeSymbol type)
    {
        foreach (ITypeSymbol argument in type.TypeArguments)
        {
            Add(argument);
        }

        if (MemoryPackTypes.FormatterOf(type) is { } formatter)
        {
            // MemoryPack registers the nullable of a registered type only if it copies the type's bytes. It does not for BigInteger.
            bool isRegistered = type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T
                && MemoryPackTypes.IsRegistered(type.TypeArguments[0])
                && type.TypeArguments[0].IsUnmanagedType;
            if (!isRegistered)
            {
                AddFormatter(formatter, [.. type.TypeArguments]);
                AddParts(type, formatter);
            }
        }
        else if (MemoryPackTypes.IsPackable(type))
        {
            AddPackable(type);
        }
        else if (type.IsUnmanagedType && !type.HasAttribute(KnownTypes.MemoryPackable))
        {
            AddFormatter("UnmanagedFormatter", type);
        }
    }

    private void AddPackable(INamedTypeSymbol type)
    {
        if (!_isMember)
        {
            _packables.Add(SourceNames.Plain(type));
        }

        _unread.Enqueue(type);
        if (MemoryPackTypes.IsWrittenInTwoWays(type))
        {
            _copied.Add(SourceNames.Plain(type));
        }
        else if (MemoryPackMembers.IsObject(type))
        {
            AddExact(type, []);
        }
        else if (MemoryPackMembers.KindOf(type) == MemoryPackKind.Union)
        {
            // MemoryPack's serialiser of a non-generic union names its cases, but shares its code among all buffer types that are classes. The buffer
            // of version-tolerant and circular objects is a class.
            (int Tag, INamedTypeSymbol Type)[] cases = [.. MemoryPackMembers.UnionOf(type)];
            if (cases.All(unionCase => MemoryPackMembers.IsObject(unionCase.Type) && unionCase.Type.CanBeNamedIn(assembly)))
            {
                AddExact(type, cases);
            }
        }
    }

    private void AddExact(INamedTypeSymbol type, (int Tag, INamedTypeSymbol Type)[] cases)
    {
        string name = SourceNames.Plain(type);
        _exact.Add(new PackableModel
        {
            Type = name,
            NullableType = type.IsValueType ? name : name + "?",
            Cases = new(cases.Select(static unionCase => new UnionCaseModel(unionCase.Tag, SourceNames.Plain(unionCase.Type)))),
        });
    }

    /// <summary>Adds the types of a collection's parts. MemoryPack writes some collections as collections of a type that the signature does not mention.</summary>
    private void AddParts(INamedTypeSymbol type, string formatter)
    {
        switch (formatter)
        {
            case "PriorityQueueFormatter":
                AddFormatter("ValueTupleFormatter", [.. type.TypeArguments]);
                break;

            case "InterfaceLookupFormatter":
                AddFormatter("InterfaceGroupingFormatter", [.. type.TypeArguments]);
                AddFormatter("InterfaceEnumerableFormatter", type.TypeArguments[1]);
                break;

            case "InterfaceGroupingFormatter":
                AddFormatter("InterfaceEnumerableFormatter", type.TypeArguments[1]);
                break;
        }
    }

    private void AddFormatter(string name, params ITypeSymbol[] arguments)
    {
        string closed = $"global::MemoryPack.Formatters.{name}<{string.Join(", ", arguments.Select(SourceNames.Plain))}>";
        if (_seen.Add(closed))
        {
            (_isMember ? _memberFormatters : _formatters).Add(closed);
        }
    }

    private void AddUnnamed(ITypeSymbol type)
    {
        if (type is INamedTypeSymbol named && MemoryPackMembers.IsObject(named))
        {
            _unnamed.Add(named);
            _unread.Enqueue(named);
        }

        foreach (ITypeSymbol part in type.Parts())
        {
            Add(part);
        }
    }

    /// <summary>Returns the members whose chosen formatter reads other bytes than it writes.</summary>
    private static IEnumerable<ISymbol> MisreadMembersOf(INamedTypeSymbol type) => MemoryPackMembers.IsObject(type)
        ? MemoryPackMembers.Of(type).Select(static member => member.Symbol).Where(static member => member.HasAttribute("MemoryPack.BrotliFormatterAttribute"))
        : [];
}
