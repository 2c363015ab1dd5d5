using System.Buffers;
using DaemonRpc.CodeGen;
using DaemonRpc.Program;

namespace DaemonRpc.Runtime.Tests.Program;

public sealed class MethodTableTests
{
    [Fact]
    public void Id_of_a_method_means_that_method_even_if_another_one_would_have_it_without_its_last_arguments()
    {
        MethodTable table = Table(static methods =>
        {
            _ = methods.Add(2, 2, 200).Without(1, 100, 7);
            _ = methods.Add(1, 1, 101);
        });

        Assert.True(table.TryFind(1, out MethodForm? form));
        Assert.Equal((1u, 101L), (form.Method, form.Fingerprint));
        Assert.Equal([200, 101], table.Fingerprints);
        Assert.Null(table.LongestCommon(2, [100]));
    }

    [Fact]
    public void Id_that_two_methods_would_have_without_their_last_arguments_means_neither()
    {
        MethodTable table = Table(static methods =>
        {
            _ = methods.Add(2, 2, 200).Without(1, 100, 7);
            _ = methods.Add(3, 2, 300).Without(1, 100, "");
        });

        Assert.False(table.TryFind(1, out _));
        Assert.Null(table.LongestCommon(2, [100]));
    }

    [Fact]
    public void Longest_form_that_both_have_is_used()
    {
        MethodTable table = Table(static methods => methods.Add(3, 3, 300).Without(2, 200, 7).Without(1, 100, 8));

        Assert.Equal(3, table.LongestCommon(3, [100, 200, 300])?.Arguments);
        Assert.Equal(2, table.LongestCommon(3, [100, 200])?.Arguments);
        Assert.Equal(1, table.LongestCommon(3, [100])?.Arguments);
        Assert.Null(table.LongestCommon(3, [400]));
        Assert.Null(table.LongestCommon(9, [100, 200, 300]));
    }

    [Fact]
    public void Missing_arguments_have_their_defaults_in_their_order()
    {
        MethodTable table = Table(static methods => methods.Add(3, 3, 300).Without(2, 200, (byte)7).Without(1, 100, (byte)8));
        var all = new ArrayBufferWriter<byte>();
        var last = new ArrayBufferWriter<byte>();

        Assert.True(table.TryFind(3, out MethodForm? whole));
        whole.WriteDefaults(all, 1);
        whole.WriteDefaults(last, 2);

        Assert.Equal([8, 7], all.WrittenSpan.ToArray());
        Assert.Equal([7], last.WrittenSpan.ToArray());
    }

    [Fact]
    public void Common_fingerprints_are_each_there_once()
    {
        MethodTable table = Table(static methods => methods.Add(2, 2, 200).Without(1, 100, 7));

        Assert.Equal([100], table.CommonWith([100, 100, 300, 100]));
        Assert.Empty(table.CommonWith([]));
    }

    [Fact]
    public void Nothing_is_described_until_another_build_is_met()
    {
        bool isDescribed = false;
        MethodTable table = Table(methods =>
        {
            isDescribed = true;
            _ = methods.Add(1, 0, 100);
        });

        Assert.False(isDescribed);
        Assert.Equal([100], table.Fingerprints);
        Assert.True(isDescribed);
    }

    private static MethodTable Table(Action<MethodForms> describe) => new(() => MethodForms.Of(describe));
}
