using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Tests.Infrastructure;

/// <summary>Looks for objects that would keep a whole compilation alive in the generator's cache.</summary>
internal static class CompilerObjects
{
    public static void AssertNoneIn(object? value) => Visit(value, new HashSet<object>(ReferenceEqualityComparer.Instance));

    private static void Visit(object? value, HashSet<object> seen)
    {
        if (value is null || value is string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value))
        {
            return;
        }

        Assert.False(
            value is ISymbol or SyntaxNode or SyntaxTree or Compilation or SemanticModel or Location or Delegate,
            $"The cache holds a {value.GetType()}.");
        if (value is IEnumerable items)
        {
            foreach (object? item in items)
            {
                Visit(item, seen);
            }
        }

        for (Type? type = value.GetType(); type is not null; type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                Visit(field.GetValue(value), seen);
            }
        }
    }
}
